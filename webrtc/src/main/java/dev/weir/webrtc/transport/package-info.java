/** Demultiplexing (RFC 7983) over ICE, DTLS and SRTP: the sans-IO Endpoint of one session. */
@NullMarked
package dev.weir.webrtc.transport;

import org.jspecify.annotations.NullMarked;
