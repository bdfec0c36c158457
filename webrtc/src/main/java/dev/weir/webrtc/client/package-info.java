/**
 * WHIP and WHEP clients at packet level (RFC 9725, draft-ietf-wish-whep) over our own SDP, transport and event loops. Blocking
 * calls are for the caller's threads; packets and events come on the event loop.
 */
@NullMarked
package dev.weir.webrtc.client;

import org.jspecify.annotations.NullMarked;
