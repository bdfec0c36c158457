package dev.weir.webrtc.client;

import dev.weir.webrtc.dtls.DtlsIdentity;
import dev.weir.webrtc.srtp.SrtpProfile;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;

/**
 * Holds what all clients of a process can share.
 *
 * @param http sends the POST and the DELETE
 * @param identity our certificate
 * @param bearerToken token of the Authorization header, empty for none
 * @param requestTimeout bound of each HTTP request
 * @param srtpProfiles what we offer or accept, preferred first
 */
public record ClientConfig(
        HttpClient http,
        DtlsIdentity identity,
        String bearerToken,
        Duration requestTimeout,
        List<SrtpProfile> srtpProfiles) {
    public ClientConfig {
        srtpProfiles = List.copyOf(srtpProfiles);
    }

    /** Makes an HTTP client that follows redirects, a fresh identity, no token, 10 s. */
    public static ClientConfig create() {
        HttpClient http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NORMAL)
                .connectTimeout(Duration.ofSeconds(10))
                .build();
        return new ClientConfig(
                http, DtlsIdentity.generate(), "", Duration.ofSeconds(10), List.of(SrtpProfile.values()));
    }

    /** Returns a copy with a bearer token. */
    public ClientConfig withBearerToken(String token) {
        return new ClientConfig(http, identity, token, requestTimeout, srtpProfiles);
    }

    /** Returns a copy that takes these SRTP profiles only. */
    public ClientConfig withSrtpProfiles(List<SrtpProfile> profiles) {
        return new ClientConfig(http, identity, bearerToken, requestTimeout, profiles);
    }

    @Override
    public String toString() {
        return "ClientConfig[requestTimeout=" + requestTimeout + "]"; // The token stays out of logs.
    }
}
