package dev.weir.standalone.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.schemas.Topics;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is wrong is refused or counted; a stream that runs meanwhile does not notice. */
@ExtendWith(SharedTestBed.class)
@Timeout(120)
class BadInputIT {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Pattern CANDIDATE = Pattern.compile("a=candidate:\\S+ 1 udp \\d+ (\\S+) (\\d+) typ host");
    private static final int DATAGRAMS = 500;
    private static final String REFUSED = "weir_sessions_refused_total";
    private static final Pattern KAFKA = Pattern.compile("Kafka\\D*(127\\.0\\.0\\.1:\\d+)");

    @Test
    void badInputIsRefusedAndDisturbsNobody(TestBed bed) throws Exception {
        WeirProcess weir = bed.weir();
        String whep = weir.uri("/whep/steady").toString();
        try (Page publisher = bed.publisherPage();
                Page viewer = bed.viewerPage()) {
            publisher.evaluate("publish('" + weir.uri("/whip/steady") + "', 'H264')");
            publisher.awaitTrue("report().then(r => r.framesSent > 30)", PATIENCE);
            viewer.evaluate("play('" + whep + "')");
            viewer.awaitTrue("report().then(r => r.framesDecoded > 30)", PATIENCE);

            refusesAViewerWithoutACommonCodec(bed, whep);
            refusesBadRequests(weir);
            countsGarbageDatagrams(viewer, weir);
            survivesForeignRecords(weir);

            int before = viewer.evaluate("report()").path("framesDecoded").asInt();
            viewer.awaitTrue("report().then(r => r.framesDecoded > " + (before + 30) + ")", PATIENCE);
            JsonNode seen = viewer.evaluate("report()");
            assertThat(seen.path("videoPacketsLost").asInt()).as("%s", seen).isZero();
            // One may be the machine's own.
            assertThat(seen.path("freezes").asInt()).as("%s", seen).isLessThanOrEqualTo(1);
            viewer.evaluate("stop()");
            publisher.evaluate("stop()");
        }
        assertThat(weir.archive("steady").awaitMedia()).isNotEmpty();
        assertThat(weir.output()).doesNotContain("\tat ");
    }

    private static void refusesAViewerWithoutACommonCodec(TestBed bed, String whep) throws Exception {
        try (Page viewer = bed.viewerPage()) {
            assertThatThrownBy(() -> viewer.evaluate("play('" + whep + "', 'VP8')"))
                    .hasMessageContaining("application/problem+json")
                    .hasMessageContaining("H264")
                    .hasMessageContaining("VP8");
        }
    }

    private static void refusesBadRequests(WeirProcess weir) throws Exception {
        double refused = weir.metric(REFUSED);
        assertProblem(weir.post("/whip/bad", "application/sdp", "v=0\r\nthis is no SDP"), 400);
        assertProblem(weir.post("/whip/bad", "text/plain", "v=0\r\n"), 415);
        assertProblem(weir.post("/whep/steady", "application/sdp", "v=0\r\nm=broken"), 400);
        assertThat(weir.get("/streams").body()).contains("steady").doesNotContain("bad");
        assertThat(weir.metric(REFUSED) - refused).as("the two offers").isGreaterThanOrEqualTo(2);
    }

    private static void assertProblem(HttpResponse<String> response, int status) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("application/problem+json"));
        assertThat(response.body()).doesNotContain("Exception");
    }

    private static void countsGarbageDatagrams(Page viewer, WeirProcess weir) throws Exception {
        double before = garbage(weir);
        String answer = viewer.evaluate("peer.remoteDescription.sdp").asText();
        Matcher candidate = CANDIDATE.matcher(answer);
        assertThat(candidate.find()).as(answer).isTrue();
        InetAddress address = InetAddress.getByName(candidate.group(1));
        assertThat(address.isLoopbackAddress()).isTrue();
        SplittableRandom random = new SplittableRandom(20261125);
        try (DatagramSocket socket = new DatagramSocket()) {
            for (int i = 0; i < DATAGRAMS; i++) {
                byte[] garbage = new byte[random.nextInt(1200)];
                random.nextBytes(garbage);
                if (garbage.length > 0 && i % 4 != 0) {
                    // Looks like STUN, DTLS or RTP at first sight.
                    garbage[0] = new byte[] {0, 22, (byte) 0x80, 0}[i % 4];
                }
                socket.send(new DatagramPacket(garbage, garbage.length, address, Integer.parseInt(candidate.group(2))));
            }
        }
        // A full socket may have lost some on a busy machine.
        Awaitility.await("garbage in /metrics").atMost(PATIENCE).until(() -> garbage(weir) - before >= DATAGRAMS * 0.8);
        assertThat(weir.metric("weir_udp_endpoint_failures_total")).isZero();
    }

    private static double garbage(WeirProcess weir) throws Exception {
        return weir.metric("weir_udp_unroutable_total") + weir.metric("weir_udp_unknown_ufrag_total");
    }

    private static void survivesForeignRecords(WeirProcess weir) throws Exception {
        Matcher kafka = KAFKA.matcher(weir.output());
        assertThat(kafka.find()).as(weir.output()).isTrue();
        Map<String, Object> settings = Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.group(1));
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            byte[] key = "steady".getBytes(StandardCharsets.UTF_8);
            for (String value : new String[] {"", "{\"not\": \"ours\"}", "\u00c3\u0001 not Avro"}) {
                byte[] bytes = value.getBytes(StandardCharsets.ISO_8859_1);
                producer.send(new ProducerRecord<>(Topics.MEDIA, key, bytes)).get();
            }
            producer.send(new ProducerRecord<>(Topics.MEDIA, null, new byte[0])).get();
        }
    }
}
