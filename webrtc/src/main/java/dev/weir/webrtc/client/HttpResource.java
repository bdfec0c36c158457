package dev.weir.webrtc.client;

import java.io.IOException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;

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
        HttpRequests.Answer answer;
        try {
            answer = send("POST", endpoint, config, Map.of("Content-Type", SDP, "Accept", SDP), offerSdp);
        } catch (IOException e) {
            throw new ClientException("cannot reach " + endpoint + ": " + e, e);
        }
        if (answer.status() != 201) {
            throw new ClientException(
                    endpoint + " answered " + answer.status() + ": " + quoted(answer.body()), answer.status());
        }
        if (answer.location().isEmpty()) {
            throw new ClientException(endpoint + " answered without a Location header", 201);
        }
        return new HttpResource(config, answer.uri().resolve(answer.location()), answer.body());
    }

    URI location() {
        return location;
    }

    String answerSdp() {
        return answerSdp;
    }

    /** Asks for an ICE restart (RFC 9725 section 4.3.3) and returns the server's fragment. */
    String restartIce(String fragment) throws ClientException, InterruptedException {
        HttpRequests.Answer answer;
        try {
            answer = send("PATCH", location, config, Map.of("Content-Type", TRICKLE, "If-Match", "*"), fragment);
        } catch (IOException e) {
            throw new ClientException("cannot reach " + location + ": " + e, e);
        }
        if (answer.status() != 200) {
            throw new ClientException(
                    "no ICE restart, the server answered " + answer.status() + ": " + quoted(answer.body()),
                    answer.status());
        }
        return answer.body();
    }

    /** Ends the session on the server. A server that is gone, or has ended it by itself, is as good. */
    void delete() throws InterruptedException {
        try {
            send("DELETE", location, config, Map.of(), "");
        } catch (IOException alreadyGone) {
            return;
        }
    }

    private static HttpRequests.Answer send(
            String method, URI uri, ClientConfig config, Map<String, String> headers, String body)
            throws IOException, InterruptedException {
        Map<String, String> all = new LinkedHashMap<>(headers);
        if (!config.bearerToken().isEmpty()) {
            all.put("Authorization", "Bearer " + config.bearerToken());
        }
        return config.http().send(method, uri, all, body, config.requestTimeout());
    }

    private static String quoted(String body) {
        String line = body.replaceAll("\\s+", " ").strip();
        return line.length() <= MAX_QUOTED ? line : line.substring(0, MAX_QUOTED) + "…";
    }
}
