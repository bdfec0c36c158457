package dev.weir.gateway.session;

import dev.weir.webrtc.ice.IceCredentials;
import dev.weir.webrtc.sdp.RemotePeer;
import dev.weir.webrtc.sdp.RestartAnswer;

/**
 * What offer and answer say of the transport.
 *
 * @param restart what a later ICE restart repeats
 * @param local our credentials
 * @param remote how to reach the peer
 * @param remoteBytes length of the peer's description, which it has sent us
 */
record Agreement(RestartAnswer restart, IceCredentials local, RemotePeer remote, int remoteBytes) {}
