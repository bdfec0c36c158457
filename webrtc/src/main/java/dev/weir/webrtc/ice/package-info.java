/** STUN codec, lite agent (server), full controlling agent (client), consent (RFC 8489, 8445, 7675). Sans-IO. */
@NullMarked
package dev.weir.webrtc.ice;

import org.jspecify.annotations.NullMarked;
