/** The only input and output: event loops, UDP sockets, timers; drives Endpoints. */
@NullMarked
package dev.weir.webrtc.net;

import org.jspecify.annotations.NullMarked;
