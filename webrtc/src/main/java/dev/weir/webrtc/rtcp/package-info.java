/** RTCP: SR, RR, SDES, BYE, NACK, PLI, FIR, REMB, transport-wide feedback (RFC 3550, 4585, 5104). No clock, no thread, no lock. */
@NullMarked
package dev.weir.webrtc.rtcp;

import org.jspecify.annotations.NullMarked;
