package dev.weir.webrtc.sdp;

import java.util.List;

/**
 * How to reach and authenticate the peer: taken from the m-line that carries the BUNDLE tag (RFC 9143 section 7.2).
 *
 * @param iceUfrag the peer's ICE user name fragment
 * @param icePwd the peer's ICE password
 * @param fingerprint the peer's certificate's, algorithm in lower case and digits in upper case: {@code sha-256 AB:CD:...}
 * @param candidates values of {@code a=candidate} without the {@code a=}; may be empty
 * @param iceLite whether the peer is an ICE-lite agent
 * @param localIsDtlsClient whether our side takes the active role: DTLS client (RFC 8842)
 */
public record RemotePeer(
        String iceUfrag,
        String icePwd,
        String fingerprint,
        List<String> candidates,
        boolean iceLite,
        boolean localIsDtlsClient) {

    public RemotePeer {
        candidates = List.copyOf(candidates);
    }
}
