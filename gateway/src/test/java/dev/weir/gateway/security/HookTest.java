package dev.weir.gateway.security;

import static dev.weir.gateway.security.SecuredGateway.header;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.gateway.access.AccessConfig;
import dev.weir.gateway.access.HookConfig;
import dev.weir.gateway.access.OutboundPolicy;
import dev.weir.gateway.conformance.Row;
import dev.weir.webrtc.address.Cidr;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An outside service judges tokens; whatever goes wrong with it is a no. */
class HookTest {
    private SmallService service;
    private SecuredGateway gateway;

    @BeforeEach
    void start() throws Exception {
        service = new SmallService();
        gateway = SecuredGateway.start(asking(service.url(), "127.0.0.0/8"));
    }

    @AfterEach
    void stop() {
        gateway.close();
        service.close();
    }

    private static AccessConfig asking(String url, String... permitted) {
        HookConfig hook = new HookConfig(URI.create(url), "between-us", Duration.ofMillis(700));
        OutboundPolicy outbound =
                new OutboundPolicy(List.of(permitted).stream().map(Cidr::parse).toList());
        return new AccessConfig(List.of(), Optional.empty(), Optional.of(hook), Set.of(), false, outbound);
    }

    @Test
    void aYesNamesTheSubjectAndItsGrants() throws Exception {
        service.answer(200, "{\"subject\":\"carol\",\"grants\":[\"publish:show\"]}");

        HttpResponse<String> made = gateway.send("POST", "/whip/show", "any-token");

        assertThat(made.statusCode()).isEqualTo(201);
        assertThat(service.bodies().getFirst())
                .contains("\"token\":\"any-token\"", "\"action\":\"publish\"", "\"stream\":\"show\"")
                .contains("\"address\":\"127.0.0.1\"");
        assertThat(service.authorizations()).containsOnly("Bearer between-us");
        assertThat(gateway.status("POST", "/whip/other", "any-token")).isEqualTo(403);
        assertThat(gateway.status("DELETE", header(made, "location"), "another-token"))
                .isEqualTo(200);
        assertThat(service.bodies().getFirst()).contains("\"action\":\"session\"", "\"stream\":\"\"");
    }

    @Test
    void aNoIs401() throws Exception {
        for (int status : new int[] {401, 403}) {
            service.answer(status, "");
            assertThat(gateway.status("POST", "/whip/show", "any-token")).isEqualTo(401);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "500|",
                "302|",
                "204|",
                "200|",
                "200|yes",
                "200|[]",
                "200|{\"subject\":7,\"grants\":[\"publish:show\"]}",
                "200|{\"subject\":\"x\",\"grants\":[\"everything\"]}",
                "200|{\"subject\":\"x\\ny\",\"grants\":[\"publish:show\"]}",
            })
    void anythingElseIsANoForTheTimeBeing(String answer) throws Exception {
        int bar = answer.indexOf('|');
        service.answer(Integer.parseInt(answer.substring(0, bar)), answer.substring(bar + 1));

        HttpResponse<String> response = gateway.send("POST", "/whip/show", "any-token");

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(header(response, "retry-after")).matches("[1-9][0-9]*");
        assertThat(gateway.server.sessions().size()).isZero();
        assertThat(service.requests()).isEqualTo(1);
    }

    @Test
    void aServiceThatTellsTooMuchOrNothingIsANo() throws Exception {
        service.answer(200, "{\"subject\":\"" + "x".repeat(300_000) + "\"}");
        assertThat(gateway.status("POST", "/whip/show", "any-token")).isEqualTo(503);
        service.beSilent();
        assertThat(gateway.status("POST", "/whip/show", "any-token")).isEqualTo(503);
    }

    @Test
    @Row("T08")
    void t08TheServiceIsNotAskedWhereTheGatewayMustNotGo() throws Exception {
        service.answer(200, "{\"subject\":\"carol\",\"grants\":[\"publish:show\"]}");
        for (String url : List.of(
                service.url(),
                service.url().replace("127.0.0.1", "localhost"),
                service.url().replace("127.0.0.1", "[::ffff:127.0.0.1]"),
                "http://169.254.169.254/latest/meta-data/")) {
            try (SecuredGateway strict = SecuredGateway.start(asking(url))) {
                assertThat(strict.status("POST", "/whip/show", "any-token"))
                        .as(url)
                        .isEqualTo(503);
            }
        }
        assertThat(service.requests()).isZero();
        for (String url : List.of("file:///etc/passwd", "ftp://example.org/", "http://user@example.org/", "/ask")) {
            assertThatThrownBy(() -> asking(url)).as(url).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
