package dev.weir.webrtc.sdp;

import java.util.List;

/**
 * What our side puts into an offer or an answer.
 *
 * @param iceUfrag our ICE user name fragment
 * @param icePwd our ICE password
 * @param fingerprint our certificate's, as {@code sha-256 AB:CD:...}
 * @param candidates values of {@code a=candidate} without the {@code a=}, for example from {@link #hostCandidate}; written
 *     with the UDP hosts of IPv4 first, because FFmpeg uses the first host candidate only
 * @param iceLite whether our agent is an ICE-lite one (RFC 8445 section 2.5)
 * @param transportCc whether transport-wide congestion feedback is answered when the peer offers it
 */
public record LocalDescription(
        String iceUfrag,
        String icePwd,
        String fingerprint,
        List<String> candidates,
        boolean iceLite,
        boolean transportCc) {

    /** Type preference of a TCP host, below every UDP one's (RFC 6544 section 4.2). */
    private static final long TCP_TYPE_PREFERENCE = 90;

    private static final long TCP_PASSIVE_PREFERENCE = 4;

    public LocalDescription {
        candidates = List.copyOf(candidates);
    }

    /** Returns the RTCP CNAME that our SDP announces; RTCP SDES packets must carry the same (RFC 7022). */
    public String cname() {
        return "weir-" + iceUfrag;
    }

    /**
     * Returns a host candidate for UDP (RFC 8839 section 5.1).
     *
     * @param index 0 for the address that peers should prefer, then 1, 2, ...
     * @param address literal IPv4 or IPv6 address
     */
    public static String hostCandidate(int index, String address, int port) {
        long localPreference = 65535L - index;
        long priority = (126L << 24) | (localPreference << 8) | 255;
        return "candidate:" + (index + 1) + " 1 UDP " + priority + " " + address + " " + port + " typ host";
    }

    /**
     * Returns a candidate for TCP where the peer connects (RFC 6544 section 4.5); any UDP candidate has a higher priority.
     *
     * @param index place among all candidates from 0, for the foundation
     * @param preference 0 for the address that peers should prefer, then 1, 2, ...
     * @param address literal IPv4 or IPv6 address
     */
    public static String tcpCandidate(int index, int preference, String address, int port) {
        long localPreference = (TCP_PASSIVE_PREFERENCE << 13) | (8191 - preference);
        long priority = (TCP_TYPE_PREFERENCE << 24) | (localPreference << 8) | 255;
        return "candidate:" + (index + 1) + " 1 TCP " + priority + " " + address + " " + port
                + " typ host tcptype passive";
    }
}
