/** SRTP and SRTCP protection, replay window (RFC 3711, 7714). No clock, no thread, no lock. */
@NullMarked
package dev.weir.webrtc.srtp;

import org.jspecify.annotations.NullMarked;
