package dev.weir.webrtc.client;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;

/**
 * Sends the HTTP requests of WHIP and WHEP clients. Which addresses it connects to, whom it trusts and whether it follows
 * redirects is its own matter. Called from any thread.
 */
@FunctionalInterface
public interface HttpRequests {
    /**
     * An answer.
     *
     * @param uri where it came from, which is elsewhere after a redirect
     * @param location the header Location, empty without one
     * @param body the text, empty without one
     */
    record Answer(int status, URI uri, String location, String body) {}

    /**
     * Sends a request and waits for the answer.
     *
     * @param headers each once
     * @param body empty for none
     * @param timeout bound of it all
     * @throws IOException when there is no answer
     */
    Answer send(String method, URI uri, Map<String, String> headers, String body, Duration timeout)
            throws IOException, InterruptedException;
}
