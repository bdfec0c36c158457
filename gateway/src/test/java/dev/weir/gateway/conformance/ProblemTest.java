package dev.weir.gateway.conformance;

import static dev.weir.gateway.conformance.Served.header;
import static dev.weir.gateway.conformance.Served.json;
import static dev.weir.gateway.conformance.Served.offer;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Errors that a person can use. */
class ProblemTest {
    @Row("W02")
    @Test
    void w02EveryErrorIsAProblemDocumentWithCauseAndFix() throws Exception {
        try (Served gateway = Served.start()) {
            gateway.onAir("live", "H264");
            String session = gateway.publish("show");
            Map<String, HttpResponse<String>> errors = new LinkedHashMap<>();
            errors.put("not-found", gateway.send("GET", "/nothing/here"));
            errors.put("bad-stream-id", gateway.post("/whip/a%20b", offer(Served.CHROMIUM)));
            errors.put("no-such-stream", gateway.send("GET", "/streams/none"));
            errors.put("no-such-session", gateway.send("DELETE", "/session/none"));
            errors.put("method-not-allowed", gateway.send("PUT", "/whip/show"));
            errors.put("not-live", gateway.post("/whep/none", offer(Served.CHROMIUM_PLAYER)));
            errors.put("already-published", gateway.post("/whip/show", offer(Served.CHROMIUM)));
            errors.put("stale-ice-session", gateway.trickle(session, "a=end-of-candidates\r\n", "If-Match", "\"x\""));
            errors.put("wrong-content-type", gateway.send("POST", "/whip/show"));
            errors.put("bad-sdp", gateway.post("/whip/other", "hello"));
            errors.put("bad-fragment", gateway.trickle(session, "hello"));
            errors.put("unsupported-sdp", gateway.post("/whip/other", offer(Served.CHROMIUM_PLAYER)));
            errors.put("no-common-codec", gateway.post("/whep/live", offer("firefox-esr-whep")));
            errors.put("unexpected-sdp", gateway.patch(session, "application/sdp", offer(Served.CHROMIUM)));
            errors.put("body-too-large", gateway.trickle(session, "x".repeat(17_000)));

            for (Map.Entry<String, HttpResponse<String>> error : errors.entrySet()) {
                HttpResponse<String> response = error.getValue();
                JsonNode problem = json(response);
                assertThat(header(response, "content-type")).isEqualTo("application/problem+json");
                assertThat(problem.get("code").asText()).isEqualTo(error.getKey());
                assertThat(problem.get("type").asText()).isEqualTo("urn:weir:problem:" + error.getKey());
                assertThat(problem.get("status").asInt())
                        .isEqualTo(response.statusCode())
                        .isBetween(400, 599);
                // Whoever may see an error must not learn a session's address from it.
                assertThat(problem.get("instance").asText())
                        .isEqualTo(response.request().uri().getPath().replaceAll("^/session/.*", "/session"));
                for (String told : new String[] {"title", "detail", "fix"}) {
                    assertThat(problem.get(told).asText())
                            .as(error.getKey() + " " + told)
                            .isNotBlank();
                }
                assertThat(response.body()).doesNotContain("Exception", "dev.weir", "null");
            }
        }
    }
}
