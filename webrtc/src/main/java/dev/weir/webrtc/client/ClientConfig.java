package dev.weir.webrtc.client;

import dev.weir.webrtc.dtls.DtlsIdentity;
import dev.weir.webrtc.srtp.SrtpProfile;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/**
 * Holds what all clients of a process can share.
 *
 * @param http sends the POST, the PATCH and the DELETE
 * @param identity our certificate
 * @param bearerToken token of the Authorization header, empty for none
 * @param requestTimeout bound of each HTTP request
 * @param srtpProfiles what we offer or accept, preferred first
 * @param peers which addresses that a server names connectivity checks and media may be sent to
 * @param transportCc whether a publisher offers transport-wide sequence numbers, and counts what the server tells of them
 */
public record ClientConfig(
        HttpRequests http,
        DtlsIdentity identity,
        String bearerToken,
        Duration requestTimeout,
        List<SrtpProfile> srtpProfiles,
        Predicate<InetAddress> peers,
        boolean transportCc) {
    public ClientConfig {
        srtpProfiles = List.copyOf(srtpProfiles);
    }

    /** Makes an HTTP client that follows redirects, a fresh identity, no token, 10 s, all profiles, any peer, no transport-wide numbers. */
    public static ClientConfig create() {
        return new ClientConfig(
                new JdkRequests(),
                DtlsIdentity.generate(),
                "",
                Duration.ofSeconds(10),
                List.of(SrtpProfile.values()),
                peer -> true,
                false);
    }

    /** Returns a copy with a bearer token. */
    public ClientConfig withBearerToken(String token) {
        return new ClientConfig(http, identity, token, requestTimeout, srtpProfiles, peers, transportCc);
    }

    /** Returns a copy that takes these SRTP profiles only. */
    public ClientConfig withSrtpProfiles(List<SrtpProfile> profiles) {
        return new ClientConfig(http, identity, bearerToken, requestTimeout, profiles, peers, transportCc);
    }

    /** Returns a copy that offers transport-wide sequence numbers. */
    public ClientConfig withTransportCc() {
        return new ClientConfig(http, identity, bearerToken, requestTimeout, srtpProfiles, peers, true);
    }

    @Override
    public String toString() {
        return "ClientConfig[requestTimeout=" + requestTimeout + "]"; // The token stays out of logs.
    }
}
