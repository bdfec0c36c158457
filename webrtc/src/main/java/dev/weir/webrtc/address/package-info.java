/** Blocks of IP addresses, and which addresses are on the public internet: who sends requests for others asks here first. */
@NullMarked
package dev.weir.webrtc.address;

import org.jspecify.annotations.NullMarked;
