package dev.weir.gateway.conformance;

import static dev.weir.gateway.conformance.Served.header;
import static dev.weir.gateway.conformance.Served.offer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.gateway.http.Preconditions;
import dev.weir.gateway.http.WhipConfig;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A gateway that spreads streams over two others. */
class RedirectTest {
    private Served one;
    private Served two;
    private Served balancer;

    @BeforeEach
    void start() throws Exception {
        one = Served.start();
        two = Served.start();
        WhipConfig spread =
                new WhipConfig(Preconditions.LENIENT, List.of(one.uri("/"), two.uri("/")), Duration.ofSeconds(30));
        balancer = Served.start(config -> config.whip(spread));
    }

    @AfterEach
    void stop() {
        balancer.close();
        two.close();
        one.close();
    }

    @Row({"W39", "E15"})
    @Test
    void w39E15OffersAreSentOnBy307ToTheGatewayOfTheirStream() throws Exception {
        Set<String> hosts = new HashSet<>();
        for (int i = 0; i < 32; i++) {
            HttpResponse<String> published = balancer.post("/whip/s" + i + "?token=x", offer(Served.CHROMIUM));
            HttpResponse<String> viewed = balancer.post("/whep/s" + i, offer(Served.CHROMIUM_PLAYER));

            assertThat(List.of(published.statusCode(), viewed.statusCode())).containsOnly(307);
            URI whip = URI.create(header(published, "location"));
            URI whep = URI.create(header(viewed, "location"));
            assertThat(whip).hasScheme("http").hasPath("/whip/s" + i).hasQuery("token=x");
            assertThat(whep).hasPath("/whep/s" + i).hasNoQuery();
            assertThat(whep.getAuthority()).as("viewers find their publisher").isEqualTo(whip.getAuthority());
            hosts.add(whip.getAuthority());
        }
        assertThat(hosts)
                .containsExactlyInAnyOrder(
                        one.uri("/").getAuthority(), two.uri("/").getAuthority());
    }

    @Row("W39")
    @Test
    void w39AClientThatFollowsGetsItsSessionAndPatchAndDeleteStayThere() throws Exception {
        URI target = URI.create(header(balancer.post("/whip/show", offer(Served.CHROMIUM)), "location"));
        Served owner = target.getAuthority().equals(one.uri("/").getAuthority()) ? one : two;

        HttpResponse<String> created = owner.post(target.getPath(), offer(Served.CHROMIUM));
        String session = header(created, "location");

        assertThat(created.statusCode()).isEqualTo(201);
        assertThat(balancer.trickle(session, "a=end-of-candidates\r\n").statusCode())
                .isEqualTo(404);
        assertThat(balancer.send("DELETE", session).statusCode()).isEqualTo(404);
        assertThat(owner.send("DELETE", session).statusCode()).isEqualTo(200);
    }

    @Row({"W39", "E15"})
    @Test
    void w39E15APathWithoutAStreamIsSentOnWithOne() throws Exception {
        HttpResponse<String> response = balancer.post("/whip", offer(Served.CHROMIUM));

        assertThat(response.statusCode()).isEqualTo(307);
        assertThat(URI.create(header(response, "location")).getPath()).matches("/whip/[0-9a-f]{16}");
    }

    @Row({"E15", "W40"})
    @Test
    void e15W40OverloadIs503WithSecondsToWait() throws Exception {
        try (Served full = Served.start(config -> config.maxSessions(1))) {
            full.onAir("live", "VP8");
            full.publish("show");
            for (HttpResponse<String> refused : List.of(
                    full.post("/whip/other", offer(Served.CHROMIUM)),
                    full.post("/whep/live", offer(Served.CHROMIUM_PLAYER)))) {
                assertThat(refused.statusCode()).isEqualTo(503);
                assertThat(header(refused, "retry-after")).matches("[1-9][0-9]*");
                assertThat(Served.json(refused).get("code").asText()).isEqualTo("too-many-sessions");
            }
        }
    }
}
