/** SDP: parse, negotiate, write, trickle fragments (RFC 8866, 9429, 8840). No clock, no thread, no lock. */
@NullMarked
package dev.weir.webrtc.sdp;

import org.jspecify.annotations.NullMarked;
