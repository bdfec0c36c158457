/** RTP packets at byte level: header view, header extensions, 64-bit sequence and timestamp unwrapping (RFC 3550, RFC 8285). No clock, no thread, no lock. */
@NullMarked
package dev.weir.webrtc.rtp;

import org.jspecify.annotations.NullMarked;
