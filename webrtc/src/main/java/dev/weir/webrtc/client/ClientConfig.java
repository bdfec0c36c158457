package dev.weir.webrtc.client;

import dev.weir.webrtc.dtls.DtlsIdentity;
import java.net.http.HttpClient;
import java.time.Duration;

/**
 * Holds what all clients of a process can share.
 *
 * @param http sends the POST and the DELETE
 * @param identity our certificate
 * @param bearerToken token of the Authorization header, empty for none
 * @param requestTimeout bound of each HTTP request
 */
public record ClientConfig(HttpClient http, DtlsIdentity identity, String bearerToken, Duration requestTimeout) {
    /** Makes an HTTP client that follows redirects, a fresh identity, no token, 10 s. */
    public static ClientConfig create() {
        HttpClient http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NORMAL)
                .connectTimeout(Duration.ofSeconds(10))
                .build();
        return new ClientConfig(http, DtlsIdentity.generate(), "", Duration.ofSeconds(10));
    }

    /** Returns a copy with a bearer token. */
    public ClientConfig withBearerToken(String token) {
        return new ClientConfig(http, identity, token, requestTimeout);
    }

    @Override
    public String toString() {
        return "ClientConfig[requestTimeout=" + requestTimeout + "]"; // The token stays out of logs.
    }
}
