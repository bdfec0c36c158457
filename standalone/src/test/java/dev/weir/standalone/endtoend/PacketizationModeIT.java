package dev.weir.standalone.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.standalone.CommandRun;
import dev.weir.webrtc.rtp.RtpHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** H264 in single NAL unit mode and in non-interleaved mode (RFC 6184 sections 6.2 and 6.3), by Chromium. */
@ExtendWith(SharedTestBed.class)
@Timeout(180)
class PacketizationModeIT {
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final int RTPDUMP_HEADER = 16;
    private static final int RTPDUMP_PACKET_HEADER = 8;
    /** As Chromium offers it. */
    private static final int OPUS = 111;

    /** The last type of NAL unit that is no aggregate and no fragment (RFC 6184 table 1). */
    private static final int LAST_SINGLE = 23;

    @Test
    void whatIsSentInSingleUnitsIsWatchedInBothModesAndArchived(TestBed bed) throws Exception {
        WeirProcess weir = bed.weir();
        try (Page publisher = bed.publisherPage();
                Page single = bed.viewerPage();
                Page aggregating = bed.viewerPage()) {
            publish(publisher, weir, "single-units", 0);
            play(single, weir, "single-units", 0);
            play(aggregating, weir, "single-units", 1);

            for (Page viewer : List.of(single, aggregating)) {
                viewer.awaitTrue("report().then(r => r.framesDecoded > 60)", PATIENCE);
                JsonNode seen = viewer.evaluate("report()");
                assertThat(seen.path("codec").asText()).isEqualTo("H264");
                assertThat(seen.path("fmtp").asText()).contains("packetization-mode=" + (viewer == single ? 0 : 1));
                assertThat(seen.path("videoPacketsLost").asInt()).as("%s", seen).isZero();
                assertThat(viewer.evaluate("stop()").asInt()).isEqualTo(200);
            }
            assertThat(publisher.evaluate("stop()").asInt()).isEqualTo(200);
        }
        for (Path file : weir.archive("single-units").awaitMedia()) {
            Ffmpeg.assertDecodesSilently(file.toString());
        }
        assertThat(unitTypes(bed, "single-units").keySet()).contains(1, 5, 7, 8).allMatch(type -> type <= LAST_SINGLE);
    }

    @Test
    void aPlayerOfSingleUnitsIsRefusedAnythingElseAndLeavesWhenThePublisherChanges(TestBed bed) throws Exception {
        WeirProcess weir = bed.weir();
        try (Page single = bed.viewerPage();
                Page other = bed.viewerPage()) {
            try (Page publisher = bed.publisherPage()) {
                publish(publisher, weir, "both-modes", 0);
                play(single, weir, "both-modes", 0);
                single.awaitTrue("report().then(r => r.framesDecoded > 15)", PATIENCE);
                assertThat(publisher.evaluate("stop()").asInt()).isEqualTo(200);
            }
            try (Page publisher = bed.publisherPage()) {
                publish(publisher, weir, "both-modes", 1);
                single.awaitTrue("report().then(r => r.connection !== 'connected')", PATIENCE);

                assertThatThrownBy(() -> play(other, weir, "both-modes", 0))
                        .hasMessageContaining("422")
                        .hasMessageContaining("offers H264 (packetization-mode=0)")
                        .hasMessageContaining("the stream has H264 (packetization-mode=1)");
                assertThat(publisher.evaluate("stop()").asInt()).isEqualTo(200);
            }
        }
        assertThat(unitTypes(bed, "both-modes").keySet())
                .as("Chromium makes use of what the other mode allows")
                .anyMatch(type -> type > LAST_SINGLE);
    }

    private static void publish(Page page, WeirProcess weir, String stream, int mode) throws InterruptedException {
        page.evaluate("onlyPacketizationMode(" + mode + ")");
        page.evaluate("publish('" + weir.uri("/whip/" + stream) + "', 'H264')");
        page.awaitTrue("report().then(r => r.framesSent > 15)", PATIENCE);
    }

    private static void play(Page page, WeirProcess weir, String stream, int mode) throws InterruptedException {
        page.evaluate("onlyPacketizationMode(" + mode + ")");
        page.evaluate("play('" + weir.uri("/whep/" + stream) + "', 'H264')");
    }

    /** How many payloads of each type the log has of Chromium's H264. */
    private static Map<Integer, Integer> unitTypes(TestBed bed, String stream) throws IOException {
        Path file = bed.folder().resolve(stream + ".rtpdump");
        CommandRun run = CommandRun.of(
                "export",
                "--data",
                bed.folder().resolve("data").toString(),
                "--stream",
                stream,
                "--output",
                file.toString());
        assertThat(run.exitCode()).as(run.err()).isZero();
        ByteBuffer dump = ByteBuffer.wrap(Files.readAllBytes(file));
        while (dump.get() != '\n') {
            // The line of text.
        }
        dump.position(dump.position() + RTPDUMP_HEADER);
        Map<Integer, Integer> types = new TreeMap<>();
        while (dump.hasRemaining()) {
            ByteBuffer packet = dump.slice(dump.position() + RTPDUMP_PACKET_HEADER, dump.getShort(dump.position() + 2));
            dump.position(dump.position() + dump.getShort(dump.position()));
            if (RtpHeader.payloadType(packet) != OPUS && RtpHeader.payloadLength(packet) > 0) {
                ByteBuffer payload = RtpHeader.payload(packet);
                types.merge(payload.get(payload.position()) & 0x1F, 1, Integer::sum);
            }
        }
        return types;
    }
}
