package dev.weir.gateway.conformance;

import static dev.weir.gateway.conformance.IceBed.attribute;
import static dev.weir.gateway.conformance.IceBed.fragment;
import static dev.weir.gateway.conformance.IceBed.header;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.webrtc.client.WhipClient;
import dev.weir.webrtc.ice.IceCredentials;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a PATCH does to the ICE session, for publishers and viewers. */
class IcePatchRowsTest {
    private static final String STREAM = "show";
    /** All 10,000 take half a minute; {@code -Dsurefire.jvm=-Dweir.etags=10000}. */
    private static final int ETAGS = Integer.getInteger("weir.etags", 2_000);

    private final IceCredentials client = IceCredentials.random();

    @SuppressWarnings("NullAway.Init")
    private IceBed bed;

    @AfterEach
    void stop() {
        bed.close();
    }

    /** Makes a session that never connects; for a viewer somebody publishes. */
    private HttpResponse<String> create(
            String side, UnaryOperator<dev.weir.gateway.ServerConfig.Builder> settings, List<String> candidates)
            throws Exception {
        bed = new IceBed(settings);
        if (side.equals("whip")) {
            return bed.post("/whip/" + STREAM, IceBed.offer("sendonly", client, candidates));
        }
        WhipClient unused = bed.publish(STREAM);
        return bed.post("/whep/" + STREAM, IceBed.offer("recvonly", client, candidates));
    }

    private HttpResponse<String> create(String side) throws Exception {
        return create(side, settings -> settings, List.of());
    }

    private static String candidate(int number) {
        return "candidate:" + number + " 1 udp " + (1_000_000 + number) + " 127.0.0.1 " + (20_000 + number)
                + " typ host";
    }

    @ParameterizedTest
    @CsvSource({"true, true, 204, 200", "true, false, 204, 422", "false, true, 422, 200", "false, false, 405, 405"})
    @Row("W15")
    void w15WhatIsSwitchedOffIsRefused(boolean trickle, boolean restart, int trickled, int restarted) throws Exception {
        HttpResponse<String> created =
                create("whip", settings -> settings.trickle(trickle).iceRestart(restart), List.of());
        String location = header(created, "location");

        HttpResponse<String> one =
                bed.patch(location, fragment(client, List.of(candidate(1))), header(created, "etag"));
        HttpResponse<String> other = bed.patch(location, fragment(IceCredentials.random(), List.of()), "*");

        assertThat(one.statusCode()).isEqualTo(trickled);
        assertThat(other.statusCode()).isEqualTo(restarted);
        assertThat(bed.server().sessions().size()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"whip", "whep"})
    @Row({"W16", "E13"})
    void w16E13EveryIceSessionHasAStrongTagOfItsOwn(String side) throws Exception {
        HttpResponse<String> created = create(side);
        String location = header(created, "location");
        Set<String> tags = new HashSet<>();
        assertThat(header(created, "etag")).matches("\"[^\"]+\"");
        tags.add(header(created, "etag"));

        for (int i = 1; i < ETAGS; i++) {
            if (i % 900 == 0) {
                HttpResponse<String> next = bed.post(
                        "/" + side + "/" + (side.equals("whip") ? STREAM + i : STREAM),
                        IceBed.offer(side.equals("whip") ? "sendonly" : "recvonly", client, List.of()));
                location = header(next, "location");
                tags.add(header(next, "etag"));
                continue;
            }
            HttpResponse<String> restarted = bed.patch(location, fragment(IceCredentials.random(), List.of()), "*");
            assertThat(restarted.statusCode()).isEqualTo(200);
            assertThat(header(restarted, "etag")).matches("\"[^\"]+\"");
            tags.add(header(restarted, "etag"));
        }

        assertThat(tags).hasSize(ETAGS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"whip", "whep"})
    @Row({"W17", "W22", "E13"})
    void w17W22E13TrickleNeitherChangesTheTagNorSendsOne(String side) throws Exception {
        HttpResponse<String> created = create(side);

        for (int i = 0; i < 3; i++) {
            HttpResponse<String> answer = bed.patch(
                    header(created, "location"), fragment(client, List.of(candidate(i))), header(created, "etag"));

            assertThat(answer.statusCode()).isEqualTo(204);
            assertThat(answer.body()).isEmpty();
            assertThat(answer.headers().firstValue("etag")).isEmpty();
        }
        assertThat(bed.session(header(created, "location")).iceCandidates())
                .containsExactly(candidate(0), candidate(1), candidate(2));
    }

    @ParameterizedTest
    @ValueSource(strings = {"whip", "whep"})
    @Row({"W20", "E13"})
    void w20E13OverlappingPatchesEndInTheSameCandidates(String side) throws Exception {
        HttpResponse<String> created = create(side);
        String location = header(created, "location");
        String tag = header(created, "etag");
        // 100 requests with three candidates each, of 80 in all: more than the 64 that a session keeps.
        List<Callable<Integer>> patches = IntStream.range(0, 100)
                .<Callable<Integer>>mapToObj(i -> () -> bed.patch(
                                location,
                                fragment(
                                        client,
                                        List.of(
                                                candidate(i % 80),
                                                candidate((i * 7 + 1) % 80),
                                                candidate((i * 3 + 2) % 80))),
                                tag)
                        .statusCode())
                .toList();

        ExecutorService clients = Executors.newFixedThreadPool(20);
        try {
            for (Future<Integer> status : clients.invokeAll(patches)) {
                assertThat(status.get()).isEqualTo(204);
            }
        } finally {
            clients.shutdownNow();
        }

        assertThat(bed.session(location).iceCandidates())
                .containsExactlyInAnyOrderElementsOf(IntStream.range(16, 80)
                        .mapToObj(IcePatchRowsTest::candidate)
                        .toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"whip", "whep"})
    @Row({"W20", "E13"})
    void w20E13APatchThatARestartOvertookChangesNothing(String side) throws Exception {
        HttpResponse<String> created = create(side);
        String location = header(created, "location");
        IceCredentials renewed = IceCredentials.random();
        HttpResponse<String> restarted = bed.patch(location, fragment(renewed, List.of(candidate(1))), "*");
        assertThat(restarted.statusCode()).isEqualTo(200);

        // Some clients trickle with "*": only the credentials tell that this is not another restart.
        HttpResponse<String> late = bed.patch(location, fragment(client, List.of(candidate(2))), "*");

        assertThat(late.statusCode()).isEqualTo(412);
        assertThat(bed.session(location).iceCandidates()).containsExactly(candidate(1));
        assertThat(bed.patch(location, fragment(renewed, List.of(candidate(3))), header(restarted, "etag"))
                        .statusCode())
                .isEqualTo(204);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @Row("W23")
    void w23CandidatesThatCannotBeUsedArePassedOver(boolean full) throws Exception {
        try (UdpPeer good = new UdpPeer()) {
            HttpResponse<String> created = create("whip", settings -> settings.fullIce(full), List.of());
            List<String> candidates = new ArrayList<>(List.of(
                    "candidate:1 1 udp 2113937151 4d1f4b1c-8f0d-4a4c-9a6b-000000000000.local 55736 typ host",
                    "candidate:2 1 tcp 1518214911 127.0.0.1 9 typ host tcptype active",
                    "candidate:3 1 ssltcp 1518214911 127.0.0.1 443 typ host",
                    "candidate:4 1 udp 2113937151 fe80::1%eth0 55736 typ host",
                    "candidate:5 1 udp 2113937151 host.example.invalid 55736 typ host"));
            candidates.add(good.candidate());

            HttpResponse<String> answer =
                    bed.patch(header(created, "location"), fragment(client, candidates), header(created, "etag"));

            assertThat(answer.statusCode()).isEqualTo(204);
            // A lite agent checks nothing; a full one must have come to the good candidate behind the others.
            assertThat(good.receive(Stun::isStun, full ? IceBed.PATIENCE : Duration.ofMillis(200))
                            .isPresent())
                    .isEqualTo(full);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"whip", "whep"})
    @Row({"W25", "E13"})
    void w25E13CredentialsMayStandAtEitherLevel(String side) throws Exception {
        HttpResponse<String> created = create(side);
        String credentials = "a=ice-ufrag:" + client.ufrag() + "\r\na=ice-pwd:" + client.password() + "\r\n";
        String other = "a=ice-ufrag:other\r\na=ice-pwd:otherotherotherotherother\r\n";
        String line = "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\n";
        String video = "m=video 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:1\r\n";
        List<String> fragments = List.of(
                credentials + line + "a=" + candidate(1) + "\r\n",
                line + credentials + "a=" + candidate(2) + "\r\n",
                // The m-line's own credentials outrank those above it, and the BUNDLE tag names the m-line that counts.
                other + line + credentials + "a=" + candidate(3) + "\r\n",
                "a=group:BUNDLE 0 1\r\n" + video + other + line + credentials + "a=" + candidate(4) + "\r\n");

        for (String fragment : fragments) {
            assertThat(bed.patch(header(created, "location"), fragment, header(created, "etag"))
                            .statusCode())
                    .as(fragment)
                    .isEqualTo(204);
        }

        assertThat(bed.session(header(created, "location")).iceCandidates())
                .containsExactly(candidate(1), candidate(2), candidate(3), candidate(4));
    }

    @ParameterizedTest
    @CsvSource({"whip, *", "whip, \"*\"", "whep, *"})
    @Row({"W26", "E13"})
    void w26E13NewCredentialsRestartIce(String side, String any) throws Exception {
        HttpResponse<String> created = create(side);
        String location = header(created, "location");

        HttpResponse<String> restarted =
                bed.patch(location, fragment(IceCredentials.random(), List.of(candidate(1))), any);

        assertThat(restarted.statusCode()).isEqualTo(200);
        assertThat(header(restarted, "content-type")).isEqualTo("application/trickle-ice-sdpfrag");
        assertThat(header(restarted, "etag")).matches("\"[^\"]+\"").isNotEqualTo(header(created, "etag"));
        assertThat(attribute(restarted.body(), "ice-ufrag"))
                .isNotEmpty()
                .isNotEqualTo(attribute(created.body(), "ice-ufrag"));
        assertThat(attribute(restarted.body(), "ice-pwd"))
                .isNotEmpty()
                .isNotEqualTo(attribute(created.body(), "ice-pwd"));
        assertThat(attribute(restarted.body(), "candidate")).isEqualTo(attribute(created.body(), "candidate"));
        assertThat(restarted.body()).contains("m=audio 9 UDP/TLS/RTP/SAVPF", "a=mid:0", "a=end-of-candidates");
        assertThat(bed.patch(location, fragment(client, List.of()), header(created, "etag"))
                        .statusCode())
                .isEqualTo(412);
    }

    @ParameterizedTest
    @ValueSource(strings = {"whip", "whep"})
    @Row({"W27", "E13"})
    void w27E13AnyTagWithThePresentCredentialsTrickles(String side) throws Exception {
        HttpResponse<String> created = create(side);

        for (String any : new String[] {"*", "\"*\""}) {
            assertThat(bed.patch(header(created, "location"), fragment(client, List.of(candidate(1))), any)
                            .statusCode())
                    .isEqualTo(204);
        }
    }

    @Test
    @Row("W28")
    void w28CandidatesOfTheFormerIceSessionAreCheckedNoMore() throws Exception {
        try (UdpPeer former = new UdpPeer();
                UdpPeer latter = new UdpPeer()) {
            HttpResponse<String> created =
                    create("whip", settings -> settings.fullIce(true), List.of(former.candidate()));
            assertThat(former.receive(Stun::isStun, IceBed.PATIENCE)).isPresent();
            IceCredentials renewed = IceCredentials.random();

            HttpResponse<String> restarted =
                    bed.patch(header(created, "location"), fragment(renewed, List.of(latter.candidate())), "*");
            assertThat(restarted.statusCode()).isEqualTo(200);
            byte[] first = latter.receive(Stun::isStun, IceBed.PATIENCE).orElseThrow();
            former.drain();

            assertThat(Stun.username(first))
                    .isEqualTo(renewed.ufrag() + ":" + attribute(restarted.body(), "ice-ufrag"));
            for (int i = 0; i < 3; i++) {
                assertThat(latter.receive(Stun::isStun, IceBed.PATIENCE)).isPresent();
            }
            assertThat(former.receive(Stun::isStun, Duration.ofMillis(50))).isEmpty();
            assertThat(bed.session(header(created, "location")).iceCandidates()).containsExactly(latter.candidate());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @Row("W29")
    void w29TheFragmentRepeatsWhatTheAnswerSaidOfIce(boolean full) throws Exception {
        HttpResponse<String> created = create("whip", settings -> settings.fullIce(full), List.of());

        HttpResponse<String> restarted =
                bed.patch(header(created, "location"), fragment(IceCredentials.random(), List.of()), "*");

        assertThat(aboutIce(restarted.body()))
                .isEqualTo(aboutIce(created.body()))
                .contains("a=ice-options:trickle ice2");
        assertThat(aboutIce(restarted.body()).contains("a=ice-lite")).isEqualTo(!full);
    }

    private static List<String> aboutIce(String sdp) {
        return sdp.lines()
                .filter(line -> line.startsWith("a=ice-lite")
                        || line.startsWith("a=ice-options")
                        || line.startsWith("a=ice-pacing")
                        || line.startsWith("a=group:BUNDLE"))
                .sorted()
                .toList();
    }

    @Test
    @Row("W30")
    void w30ARestartThatChangesHalfOfTheCredentialsIsRefused() throws Exception {
        HttpResponse<String> created = create("whip");
        IceCredentials half =
                new IceCredentials(client.ufrag(), IceCredentials.random().password());

        HttpResponse<String> refused = bed.patch(header(created, "location"), fragment(half, List.of()), "*");

        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(bed.patch(header(created, "location"), fragment(client, List.of()), header(created, "etag"))
                        .statusCode())
                .as("the session is as it was")
                .isEqualTo(204);
    }
}
