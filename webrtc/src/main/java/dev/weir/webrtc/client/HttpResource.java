package dev.weir.webrtc.client;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** The WHIP or WHEP resource behind a Location header: made by a POST, ended by a DELETE (RFC 9725 section 4.2). */
final class HttpResource {
    private static final int MAX_QUOTED = 300;
    private static final String SDP = "application/sdp";
    private static final String TRICKLE = "application/trickle-ice-sdpfrag";

    private final ClientConfig config;
    private final URI location;
    private final String answerSdp;

    private HttpResource(ClientConfig config, URI location, String answerSdp) {
        this.config = config;
        this.location = location;
        this.answerSdp = answerSdp;
    }

    static HttpResource post(URI endpoint, String offerSdp, ClientConfig config)
            throws ClientException, InterruptedException {
        HttpRequest request = request(endpoint, config)
                .header("Content-Type", SDP)
                .header("Accept", SDP)
                .POST(HttpRequest.BodyPublishers.ofString(offerSdp))
                .build();
        HttpResponse<String> response;
        try {
            response = config.http().send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new ClientException("cannot reach " + endpoint + ": " + e, e);
        }
        if (response.statusCode() != 201) {
            throw new ClientException(
                    endpoint + " answered " + response.statusCode() + ": " + quoted(response.body()),
                    response.statusCode());
        }
        URI location = response.headers()
                .firstValue("Location")
                .map(response.uri()::resolve)
                .orElseThrow(() -> new ClientException(endpoint + " answered without a Location header", 201));
        return new HttpResource(config, location, response.body());
    }

    URI location() {
        return location;
    }

    String answerSdp() {
        return answerSdp;
    }

    /** Asks for an ICE restart (RFC 9725 section 4.3.3) and returns the server's fragment. */
    String restartIce(String fragment) throws ClientException, InterruptedException {
        HttpRequest request = request(location, config)
                .header("Content-Type", TRICKLE)
                .header("If-Match", "*")
                .method("PATCH", HttpRequest.BodyPublishers.ofString(fragment))
                .build();
        HttpResponse<String> response;
        try {
            response = config.http().send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new ClientException("cannot reach " + location + ": " + e, e);
        }
        if (response.statusCode() != 200) {
            throw new ClientException(
                    "no ICE restart, the server answered " + response.statusCode() + ": " + quoted(response.body()),
                    response.statusCode());
        }
        return response.body();
    }

    /** Ends the session on the server. A server that is gone, or has ended it by itself, is as good. */
    void delete() throws InterruptedException {
        HttpRequest request = request(location, config).DELETE().build();
        try {
            config.http().send(request, HttpResponse.BodyHandlers.discarding());
        } catch (IOException alreadyGone) {
            return;
        }
    }

    private static HttpRequest.Builder request(URI uri, ClientConfig config) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(uri).timeout(config.requestTimeout());
        return config.bearerToken().isEmpty()
                ? builder
                : builder.header("Authorization", "Bearer " + config.bearerToken());
    }

    private static String quoted(String body) {
        String line = body.replaceAll("\\s+", " ").strip();
        return line.length() <= MAX_QUOTED ? line : line.substring(0, MAX_QUOTED) + "…";
    }
}
