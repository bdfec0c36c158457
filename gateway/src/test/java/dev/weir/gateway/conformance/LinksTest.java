package dev.weir.gateway.conformance;

import static dev.weir.gateway.conformance.Served.header;
import static dev.weir.gateway.conformance.Served.offer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.gateway.session.IceServer;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The Link headers: ICE servers and extensions. */
class LinksTest {
    private static final List<IceServer> SERVERS = List.of(
            IceServer.stun("stun:stun.example.org:3478"),
            new IceServer("turn:turn.example.org:3478?transport=udp", "1764057600:viewer", "a+b/c="),
            new IceServer("turns:turn.example.org:5349?transport=tcp", "quo\"te", "back\\slash, <turn:x>"));
    private static Served gateway;

    @BeforeAll
    static void start() throws Exception {
        gateway = Served.start(config -> config.iceServers(caller -> SERVERS));
        gateway.onAir("live", "VP8");
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static List<String> links(HttpResponse<?> response, String relation) {
        return response.headers().allValues("link").stream()
                .filter(link -> link.contains("rel=\"" + relation))
                .toList();
    }

    @Row({"W41", "E16"})
    @Test
    void w41E16EveryIceServerHasALineOfItsOwnWithQuotedCredentials() throws Exception {
        for (HttpResponse<String> created : List.of(
                gateway.post("/whip/w41", offer(Served.CHROMIUM)),
                gateway.post("/whep/live", offer(Served.CHROMIUM_PLAYER)))) {
            assertThat(created.statusCode()).isEqualTo(201);
            assertThat(links(created, "ice-server"))
                    .containsExactly(
                            "<stun:stun.example.org:3478>; rel=\"ice-server\"",
                            "<turn:turn.example.org:3478?transport=udp>; rel=\"ice-server\"; username=\"1764057600:viewer\";"
                                    + " credential=\"a+b/c=\"; credential-type=\"password\"",
                            "<turns:turn.example.org:5349?transport=tcp>; rel=\"ice-server\"; username=\"quo\\\"te\";"
                                    + " credential=\"back\\\\slash, <turn:x>\"; credential-type=\"password\"");
        }
    }

    /** Of WHIP no extension is registered, so none may be told; a session without any must work. */
    @Row("W47")
    @Test
    void w47EveryExtensionOfWhipIsToldOnceAndNoneIsRequired() throws Exception {
        HttpResponse<String> created = gateway.post("/whip/w47", offer(Served.CHROMIUM));

        assertThat(created.statusCode()).isEqualTo(201);
        assertToldOnce(links(created, "urn:ietf:params:whip:ext:"));
        assertThat(gateway.send("DELETE", header(created, "location")).statusCode())
                .isEqualTo(200);
    }

    @Row("E18")
    @Test
    void e18EveryExtensionOfWhepIsToldOnceAndFoundAndNoneIsRequired() throws Exception {
        HttpResponse<String> created = gateway.post("/whep/live", offer(Served.CHROMIUM_PLAYER));

        List<String> extensions = links(created, "urn:ietf:params:whep:ext:");
        assertToldOnce(extensions);
        assertThat(extensions)
                .anyMatch(link -> link.contains("urn:ietf:params:whep:ext:core:server-sent-events"))
                .anyMatch(link -> link.contains("urn:ietf:params:whep:ext:core:layer"));
        for (String link : extensions) {
            String target = link.substring(1, link.indexOf('>'));
            assertThat(gateway.send("OPTIONS", target).statusCode()).as(target).isEqualTo(200);
        }
        assertThat(gateway.send("DELETE", header(created, "location")).statusCode())
                .isEqualTo(200);
    }

    private static void assertToldOnce(List<String> links) {
        Pattern relation = Pattern.compile("rel=\"([^\"]+)\"");
        assertThat(links.stream()
                        .map(link -> relation.matcher(link)
                                .results()
                                .findFirst()
                                .orElseThrow()
                                .group(1)))
                .doesNotHaveDuplicates()
                .noneMatch(name -> name.contains(" "));
    }
}
