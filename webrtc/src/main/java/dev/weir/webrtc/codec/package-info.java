/** RTP payload formats: keyframe start, frame boundaries, parameter sets, depacketizers and packetizers. No clock, no thread, no lock. */
@NullMarked
package dev.weir.webrtc.codec;

import org.jspecify.annotations.NullMarked;
