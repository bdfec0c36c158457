package dev.weir.probe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;

/**
 * The HTTP half of WHIP (RFC 9725) and WHEP: POST an offer, DELETE the session. All candidates are in the offer, so it
 * never sends a PATCH. Blocking; any thread.
 */
final class Signalling {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final HttpClient http = HttpClient.newBuilder()
            .connectTimeout(TIMEOUT)
            .version(HttpClient.Version.HTTP_1_1)
            .build();
    private final ObjectMapper mapper = new ObjectMapper();
    private final Optional<String> token;

    Signalling(Optional<String> token) {
        this.token = token;
    }

    /** The answer and the session resource to delete in the end. */
    record Session(String answer, URI location) {}

    Session post(URI endpoint, String offer) throws ProbeException {
        HttpResponse<String> response = send(request(endpoint)
                .header("Content-Type", "application/sdp")
                .POST(HttpRequest.BodyPublishers.ofString(offer))
                .build());
        if (response.statusCode() != 201) {
            throw new ProbeException(refusal(endpoint, response));
        }
        String location = response.headers()
                .firstValue("Location")
                .orElseThrow(() -> new ProbeException(endpoint + " answered 201 without a Location header"));
        if (!response.body().startsWith("v=")) {
            throw new ProbeException(endpoint + " answered 201 without an SDP answer");
        }
        return new Session(response.body(), endpoint.resolve(location));
    }

    /**
     * Asks the endpoint what it accepts, as careful clients do, and opens the connection that the POST then uses: its
     * time is the server's, not that of a cold HTTP client. Any status will do.
     */
    void greet(URI endpoint) throws ProbeException {
        send(request(endpoint)
                .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                .build());
    }

    void delete(Session session) throws ProbeException {
        HttpResponse<String> response =
                send(request(session.location()).DELETE().build());
        // 404: the server already ended the session, which is what we want.
        if (response.statusCode() / 100 != 2 && response.statusCode() != 404) {
            throw new ProbeException(refusal(session.location(), response));
        }
    }

    private HttpRequest.Builder request(URI uri) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(uri).timeout(TIMEOUT);
        token.ifPresent(value -> builder.header("Authorization", "Bearer " + value));
        return builder;
    }

    private HttpResponse<String> send(HttpRequest request) throws ProbeException {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            throw new ProbeException(
                    "cannot reach " + request.uri() + " (" + reason + "); is the gateway running there?", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ProbeException("interrupted while talking to " + request.uri(), e);
        }
    }

    /** The server's own words when it sent problem details (RFC 9457), else the status alone. */
    private String refusal(URI uri, HttpResponse<String> response) {
        String start = uri + " answered " + response.statusCode();
        String retry = response.headers()
                .firstValue("Retry-After")
                .map(seconds -> " (try again in " + seconds + " s)")
                .orElse("");
        try {
            JsonNode problem = mapper.readTree(response.body());
            String title = problem.path("title").asText();
            String detail = problem.path("detail").asText();
            String text = detail.isEmpty() ? title : detail;
            return text.isEmpty() ? start + retry : start + ": " + text + retry;
        } catch (JsonProcessingException e) {
            return start + retry;
        }
    }
}
