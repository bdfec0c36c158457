package dev.weir.gateway.conformance;

import static dev.weir.gateway.conformance.LiveGateway.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.gateway.relay.Publication;
import dev.weir.gateway.relay.RelayPacket;
import dev.weir.gateway.relay.RelayTrack;
import dev.weir.gateway.session.LifeConfig;
import dev.weir.webrtc.client.WhepClient;
import dev.weir.webrtc.client.WhepListener;
import dev.weir.webrtc.client.WhipClient;
import dev.weir.webrtc.codec.Codec;
import dev.weir.webrtc.codec.PictureInfo;
import dev.weir.webrtc.rtp.MediaKind;
import dev.weir.webrtc.rtp.RtpHeader;
import dev.weir.webrtc.sdp.CodecFormat;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The WHEP events and layer extensions over real HTTP. */
class ViewerEventsTest extends LiveTest {
    private static final String EVENTS = "rel=\"urn:ietf:params:whep:ext:core:server-sent-events\"";
    private static final String LAYER = "rel=\"urn:ietf:params:whep:ext:core:layer\"";
    private static final String JSON = "application/json";

    @BeforeEach
    void start() throws Exception {
        start(LifeConfig.DEFAULT.withDrain(Duration.ofSeconds(2), "https://other.example/whep"));
    }

    /** A viewer that has only posted its offer; events need no media path. */
    private HttpResponse<String> viewer(String stream) throws Exception {
        HttpResponse<String> created = gateway.postOffer("/whep/" + stream, "chromium-156-whep-full");
        assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
        return created;
    }

    private static String target(HttpResponse<String> created, String relation) {
        String link = created.headers().allValues("Link").stream()
                .filter(value -> value.contains(relation))
                .findFirst()
                .orElseThrow();
        return link.substring(1, link.indexOf('>'));
    }

    private String open(HttpResponse<String> created, String list) throws Exception {
        HttpResponse<String> opened = gateway.post(target(created, EVENTS), JSON, list);
        assertThat(opened.statusCode()).as(opened.body()).isEqualTo(201);
        assertThat(opened.body()).isEmpty();
        return opened.headers().firstValue("Location").orElseThrow();
    }

    private EventReader read(String path) throws Exception {
        return new EventReader(gateway.http(), gateway.uri(path));
    }

    private Publication publish(String stream, List<String> rids) throws Exception {
        Publication publication = gateway.server.relay().registerPublisher(stream, () -> true);
        publication.announce(
                List.of(new RelayTrack(0, "video", MediaKind.VIDEO, new CodecFormat("VP8", 90_000, 1, ""), rids)));
        return publication;
    }

    @Row("X01")
    @Test
    void x01TheEventsAreToldByALinkOnThe201() throws Exception {
        publish("show", List.of());

        HttpResponse<String> created = viewer("show");

        assertThat(created.headers().allValues("Link"))
                .anyMatch(link -> link.contains(EVENTS)
                        && link.contains("events=\"active,inactive,layers,reconnect,viewercount\""));
        assertThat(gateway.postOffer("/whip/other", "chromium-156-whip-full")
                        .headers()
                        .allValues("Link"))
                .noneMatch(link -> link.contains("whep"));
    }

    @Row("X02")
    @Test
    void x02APostOfWantedTypesMakesAStreamOfEvents() throws Exception {
        publish("show", List.of());
        HttpResponse<String> created = viewer("show");

        String location = open(created, "[\"active\",\"inactive\"]");
        HttpResponse<String> all = gateway.send(
                gateway.request(target(created, EVENTS)).POST(java.net.http.HttpRequest.BodyPublishers.noBody()));

        assertThat(location).matches("/events/[A-Za-z0-9_-]{24}");
        assertThat(all.statusCode()).isEqualTo(201);
        assertThat(all.headers().firstValue("Location")).isNotEqualTo(java.util.Optional.of(location));
    }

    @Row("X02")
    @ParameterizedTest
    @ValueSource(
            strings = {
                "[\"active\",\"scte35\"]",
                "{\"active\":1}",
                "[\"active\"",
                "[]",
                "[7]",
                "\"active\"",
                "[\"a\"] x"
            })
    void x02WhatIsNoListOfKnownTypesMakesNothing(String list) throws Exception {
        publish("show", List.of());

        HttpResponse<String> refused = gateway.post(target(viewer("show"), EVENTS), JSON, list);

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("bad-event-list");
        assertThat(refused.headers().firstValue("Location")).isEmpty();
    }

    @Row("X02")
    @Test
    void x02AnotherTypeOrSessionIsRefused() throws Exception {
        publish("show", List.of());
        String events = target(viewer("show"), EVENTS);
        String publisher = gateway.postOffer("/whip/other", "chromium-156-whip-full")
                .headers()
                .firstValue("Location")
                .orElseThrow();

        assertThat(gateway.post(events, "text/plain", "[\"active\"]").statusCode())
                .isEqualTo(415);
        assertThat(gateway.post("/session/none/events", JSON, "[\"active\"]").statusCode())
                .isEqualTo(404);
        assertThat(gateway.post(publisher + "/events", JSON, "[\"active\"]").statusCode())
                .isEqualTo(404);
    }

    @Row("X03")
    @Test
    void x03TheStreamIsEventsOfTheSubscribedTypesOnly() throws Exception {
        publish("show", List.of());
        HttpResponse<String> created = viewer("show");

        EventReader some = read(open(created, "[\"viewercount\"]"));
        EventReader others = read(open(created, "[\"active\",\"viewercount\"]"));
        others.await("active {}");
        others.await("viewercount {\"viewercount\":0}");
        some.await("viewercount {\"viewercount\":0}");

        assertThat(some.response.statusCode()).isEqualTo(200);
        assertThat(some.response.headers().firstValue("Content-Type").orElse("").toLowerCase(Locale.ROOT))
                .startsWith("text/event-stream");
        assertThat(some.response.headers().firstValue("Access-Control-Allow-Origin"))
                .contains("*");
        assertThat(some.events).containsExactly("viewercount {\"viewercount\":0}");
        assertThat(gateway.send("HEAD", "/events/unknown").statusCode()).isEqualTo(404);
    }

    @Row("X03")
    @Test
    void x03EventsWaitForTheReaderAndGoOnAfterTheRequestDeadline() throws Exception {
        stop();
        start(LiveGateway.config().requestTimeout(Duration.ofSeconds(1)));
        Publication publication = publish("show", List.of());
        String location = open(viewer("show"), "[\"active\",\"inactive\"]");
        await().atMost(PATIENCE)
                .until(() -> gateway.server
                        .sessions()
                        .eventStream(location.substring(8))
                        .isPresent());

        EventReader reader = read(location);
        reader.await("active {}");
        await().pollDelay(Duration.ofMillis(1_500)).atMost(PATIENCE).until(() -> !reader.ended.isDone());
        publication.end("left");

        reader.await("inactive {}");
    }

    @Row("X04")
    @Test
    void x04ADeletedStreamIsGone() throws Exception {
        publish("show", List.of());
        String location = open(viewer("show"), "[\"active\"]");
        EventReader reader = read(location);
        reader.await("active {}");

        assertThat(gateway.send("DELETE", location).statusCode()).isEqualTo(200);

        reader.ended.get(20, TimeUnit.SECONDS);
        assertThat(gateway.send("GET", location).statusCode()).isEqualTo(404);
        assertThat(gateway.send("DELETE", location).statusCode()).isEqualTo(404);
    }

    @Row("X04")
    @Test
    void x04TheStreamEndsWithItsSession() throws Exception {
        publish("show", List.of());
        HttpResponse<String> created = viewer("show");
        String location = open(created, "[\"active\"]");
        EventReader reader = read(location);
        reader.await("active {}");

        gateway.send("DELETE", created.headers().firstValue("Location").orElseThrow());

        reader.ended.get(20, TimeUnit.SECONDS);
        assertThat(gateway.send("GET", location).statusCode()).isEqualTo(404);
    }

    @Row("X05")
    @Test
    void x05InactiveIsNeverTheFirstAndActiveComesAtEveryStart() throws Exception {
        WhipClient publisher = gateway.publish("show");
        LiveGateway.sendFrame(publisher, true, 1);
        try (WhepClient viewer = gateway.view("show", new WhepListener() {})) {
            String session = viewer.location().getPath();
            String location = gateway.post(session + "/events", JSON, "[\"active\",\"inactive\"]")
                    .headers()
                    .firstValue("Location")
                    .orElseThrow();
            EventReader reader = read(location);
            reader.await("active {}");
            publisher.close();
            await().atMost(PATIENCE).until(() -> reader.events.size() == 2);
            String late = gateway.post(session + "/events", JSON, "[\"active\",\"inactive\"]")
                    .headers()
                    .firstValue("Location")
                    .orElseThrow();
            EventReader lateReader = read(late);
            try (WhipClient again = gateway.publish("show")) {
                LiveGateway.sendFrame(again, true, 1);
                await().atMost(PATIENCE).until(() -> reader.events.size() == 3);
                lateReader.await("active {}");
            }

            assertThat(reader.events).startsWith("active {}", "inactive {}", "active {}");
            assertThat(lateReader.events.get(0)).isEqualTo("active {}");
        }
    }

    @Row("X06")
    @Test
    void x06TellsHowManyWatch() throws Exception {
        try (WhipClient publisher = gateway.publish("show")) {
            LiveGateway.sendFrame(publisher, true, 1);
            EventReader reader = read(open(viewer("show"), "[\"viewercount\"]"));
            reader.await("viewercount {\"viewercount\":0}");
            try (WhepClient one = gateway.view("show", new WhepListener() {})) {
                assertThat(one.isConnected()).isTrue();
                reader.await("viewercount {\"viewercount\":1}");
            }
            await().atMost(PATIENCE)
                    .until(() -> reader.events.get(reader.events.size() - 1).endsWith("0}"));
        }
    }

    @Row("X06")
    @Test
    void x06AStoppingGatewaySendsItsViewersOn() throws Exception {
        publish("show", List.of());
        EventReader reader = read(open(viewer("show"), "[\"reconnect\"]"));

        gateway.close();

        reader.ended.get(20, TimeUnit.SECONDS);
        assertThat(reader.events).containsExactly("reconnect {\"url\":\"https://other.example/whep/show\"}");
    }

    /** A publisher with two simulcast layers that sends until it is closed. */
    private final class Simulcast implements AutoCloseable {
        private final Publication publication;
        private final ScheduledExecutorService camera = Executors.newSingleThreadScheduledExecutor();
        private long frame;

        Simulcast(String stream) throws Exception {
            publication = publish(stream, List.of("h", "l"));
            var unused = camera.scheduleAtFixedRate(this::send, 0, 20, TimeUnit.MILLISECONDS);
        }

        private void send() {
            for (String rid : List.of("h", "l")) {
                byte[] payload = new byte[rid.equals("h") ? 1_000 : 300];
                byte[] picture = LiveGateway.vp8(frame % 10 == 0);
                System.arraycopy(picture, 0, payload, 0, 11);
                payload[7] = (byte) (rid.equals("h") ? 0x80 : 0x40);
                publication.publish(RelayPacket.builder(MediaKind.VIDEO)
                        .rid(rid)
                        .ssrc(rid.equals("h") ? 1 : 2)
                        .payloadType(96)
                        .extendedSequence(frame + 1_000)
                        .extendedTimestamp(frame * 1_800)
                        .marker(true)
                        .keyframeStart(frame % 10 == 0)
                        .arrival(System.nanoTime(), frame)
                        .epoch(publication.epoch())
                        .payload(payload)
                        .build());
            }
            frame++;
        }

        @Override
        public void close() {
            camera.shutdownNow();
            publication.end("closed");
        }
    }

    @Row("X07")
    @Test
    void x07TellsTheLayersOfEachMLine() throws Exception {
        try (Simulcast camera = new Simulcast("show")) {
            EventReader reader = read(open(viewer("show"), "[\"layers\"]"));
            List<JsonNode> told = new ArrayList<>();
            await().atMost(PATIENCE).until(() -> {
                for (String event : reader.events) {
                    assertThat(event).startsWith("layers ");
                    told.add(new ObjectMapper().readTree(event.substring(7)));
                }
                return told.stream()
                        .anyMatch(event -> event.toString().contains("\"width\":640")
                                && event.toString().contains("\"width\":576"));
            });
            JsonNode last = told.get(told.size() - 1);

            // Chromium's offer has audio first: video is m-line 1.
            assertThat(last.fieldNames().next()).isEqualTo("1");
            assertThat(last.get("1").get(0).get("rid").asText()).isEqualTo("h");
            assertThat(last.get("1").get(1).get("rid").asText()).isEqualTo("l");
            assertThat(last.get("1").get(0).get("height").asInt()).isEqualTo(480);
            assertThat(camera.publication.holds()).isTrue();
        }
    }

    @Row("X07")
    @Test
    void x07TellsTemporalLayersOfATrackWithoutSimulcast() throws Exception {
        Publication publication = publish("show", List.of());
        EventReader reader = read(open(viewer("show"), "[\"layers\"]"));
        ScheduledExecutorService camera = Executors.newSingleThreadScheduledExecutor();
        AtomicLong frames = new AtomicLong();
        var unused = camera.scheduleAtFixedRate(
                () -> sendTemporal(publication, frames.getAndIncrement()), 0, 20, TimeUnit.MILLISECONDS);
        try {
            await().atMost(PATIENCE)
                    .until(() -> reader.events.stream().anyMatch(event -> event.contains("\"temporalLayerId\":1")));

            String event = reader.events.get(reader.events.size() - 1);
            JsonNode layers = new ObjectMapper().readTree(event.substring(7)).get("1");
            assertThat(layers).hasSize(2);
            assertThat(layers.get(0).get("temporalLayerId").asInt()).isZero();
            assertThat(layers.get(0).has("rid")).isFalse();
            assertThat(layers.get(0).get("width").asInt()).isEqualTo(640);
            assertThat(layers.get(1).get("bitrate").asLong())
                    .isGreaterThan(layers.get(0).get("bitrate").asLong());
        } finally {
            camera.shutdownNow();
            publication.end("over");
        }
    }

    /** Every other picture is of temporal layer 1. */
    private static void sendTemporal(Publication publication, long frame) {
        byte[] picture = LiveGateway.vp8(frame % 10 == 0);
        byte[] payload = new byte[picture.length + 2];
        System.arraycopy(picture, 1, payload, 3, picture.length - 1);
        // X and S, then T with the layer's number (RFC 7741 section 4.2).
        payload[0] = (byte) 0x90;
        payload[1] = 0x20;
        payload[2] = (byte) (frame % 2 << 6);
        publication.publish(RelayPacket.builder(MediaKind.VIDEO)
                .ssrc(1)
                .payloadType(96)
                .extendedSequence(frame + 1_000)
                .extendedTimestamp(frame * 1_800)
                .marker(true)
                .keyframeStart(frame % 10 == 0)
                .arrival(System.nanoTime(), frame)
                .epoch(publication.epoch())
                .picture(PictureInfo.of(Codec.VP8, ByteBuffer.wrap(payload)))
                .payload(payload)
                .build());
    }

    @Row("X08")
    @Test
    void x08AViewerIsShownTheLayerThatItAsksForAndAllAgain() throws Exception {
        ConcurrentHashMap<Integer, Integer> sizes = new ConcurrentHashMap<>();
        WhepListener screen = new WhepListener() {
            @Override
            public void onRtp(int track, ByteBuffer packet, long extendedSequence, long nowNanos) {
                sizes.merge(RtpHeader.payloadLength(packet), 1, Integer::sum);
            }
        };
        try (Simulcast camera = new Simulcast("show");
                WhepClient viewer = gateway.view("show", screen)) {
            String layer = viewer.location().getPath() + "/layer";
            await().atMost(PATIENCE).until(() -> sizes.getOrDefault(1_000, 0) > 10);

            assertThat(gateway.post(layer, JSON, "{\"rid\":\"l\"}").statusCode())
                    .isEqualTo(200);
            await().atMost(PATIENCE).until(() -> sizes.getOrDefault(300, 0) > 10);
            await().atMost(PATIENCE)
                    .until(() -> gateway.log.contains("show viewer layers [, l]")
                            || gateway.log.contains("show viewer layers [l]"));

            assertThat(gateway.send("DELETE", layer).statusCode()).isEqualTo(200);
            int before = sizes.getOrDefault(1_000, 0);
            await().atMost(PATIENCE).until(() -> sizes.getOrDefault(1_000, 0) > before + 10);
            assertThat(camera.publication.holds()).isTrue();
        }
    }

    @Row("X08")
    @Test
    void x08WishesThatCannotBeMetAreRefusedAndNothingChanges() throws Exception {
        try (Simulcast camera = new Simulcast("show")) {
            HttpResponse<String> created = viewer("show");
            String layer = target(created, LAYER);

            assertThat(target(created, EVENTS)).isNotEmpty();
            assertThat(gateway.post(layer, JSON, "{\"mediaId\":\"1\"}").statusCode())
                    .isEqualTo(200);
            assertThat(gateway.post(layer, JSON, "{\"mediaId\":\"1\",\"maxHeight\":480,\"temporalLayerId\":0}")
                            .statusCode())
                    .isEqualTo(200);
            assertThat(gateway.post(layer, JSON, "{\"mediaId\":\"0\",\"rid\":\"l\"}")
                            .body())
                    .contains("no-such-layer");
            assertThat(gateway.post(layer, JSON, "{\"rid\":\"x\"}").statusCode())
                    .isEqualTo(422);
            assertThat(gateway.post(layer, JSON, "{\"spatialLayerId\":-1}").statusCode())
                    .isEqualTo(400);
            assertThat(gateway.post(layer, JSON, "{\"maxWidth\":1.5}").statusCode())
                    .isEqualTo(400);
            assertThat(gateway.post(layer, JSON, "[]").statusCode()).isEqualTo(400);
            assertThat(gateway.post(layer, JSON, "{").statusCode()).isEqualTo(400);
            assertThat(gateway.post(layer, "text/plain", "{}").statusCode()).isEqualTo(415);
            assertThat(gateway.post("/session/none/layer", JSON, "{}").statusCode())
                    .isEqualTo(404);
            assertThat(camera.publication.holds()).isTrue();
        }
    }
}
