package dev.weir.connector.restream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.connector.media.EncodedStream;
import dev.weir.connector.media.Ffmpeg;
import dev.weir.connector.media.LogOf;
import dev.weir.connector.restream.aac.AacEncoders;
import dev.weir.connector.restream.frame.FrameConnection;
import dev.weir.connector.restream.frame.FrameSettings;
import dev.weir.connector.restream.frame.FrameTarget;
import dev.weir.connector.restream.mpegts.MpegTsTarget;
import dev.weir.connector.restream.rtmp.RtmpTarget;
import dev.weir.schemas.RelayBatch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of video with B-frames, whose pictures are shown in another order than they are sent. */
class ReorderedVideoTest {
    private static final int SECONDS = 3;

    @TempDir
    Path folder = Path.of("");

    private final AddressGuard guard = new AddressGuard(List.of("127.0.0.1"));

    private List<RelayBatch> batches() {
        List<Integer> order = new ArrayList<>();
        EncodedStream video = EncodedStream.reordered(folder, SECONDS, order);
        assertThat(order).isNotEqualTo(order.stream().sorted().toList());
        return LogOf.reordered(video, order);
    }

    private static FrameConnection connection(FrameTarget target) {
        return new FrameConnection(
                new FrameSettings(
                        LogOf.STREAM, FrameSettings.Audio.NONE, false, "ffmpeg", 128_000, "live", new AacEncoders()),
                target);
    }

    @Test
    void rtmpSaysThatItDoesNotCarryIt() throws Exception {
        // given
        List<RelayBatch> batches = batches();
        int port = Receivers.freeTcp();
        Process nginx = Receivers.nginx(folder, port, "");
        try {
            TargetUrl url = TargetUrl.parse("rtmp://127.0.0.1:" + port + "/live/key");
            RtmpTarget target = RtmpTarget.open(url, new CheckedSockets(guard, Optional.empty()));
            try (FrameConnection connection = connection(target)) {
                // when, then
                assertThatThrownBy(() -> {
                            for (RelayBatch batch : batches) {
                                connection.send(batch, 0);
                            }
                        })
                        .hasMessageContaining("B-frames")
                        .hasMessageContaining("turn them off at the publisher");
            }
        } finally {
            nginx.destroyForcibly();
        }
    }

    @Test
    void mpegTsGetsDecodingTimes() throws Exception {
        // given
        List<RelayBatch> batches = batches();
        int port = Receivers.freeUdp();
        Process receiver = Receivers.run(
                folder,
                "receiver.txt",
                List.of(
                        "ffmpeg",
                        "-nostdin",
                        "-v",
                        "error",
                        "-f",
                        "mpegts",
                        "-i",
                        "udp://127.0.0.1:" + port + "?timeout=3000000&buffer_size=4000000",
                        "-c",
                        "copy",
                        "received.ts"));
        try {
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> Receivers.isUdpBound(port));

            // when
            TargetUrl url = TargetUrl.parse("udp://127.0.0.1:" + port);
            try (FrameConnection connection = connection(new MpegTsTarget("ffmpeg", url, guard))) {
                for (RelayBatch batch : batches) {
                    connection.send(batch, 0);
                }
                Awaitility.await()
                        .atMost(Duration.ofSeconds(30))
                        .until(() -> Files.exists(folder.resolve("received.ts"))
                                && Files.size(folder.resolve("received.ts")) > 0);
            }
            assertThat(receiver.waitFor(60, TimeUnit.SECONDS))
                    .as("FFmpeg ends on its own")
                    .isTrue();
        } finally {
            receiver.destroyForcibly();
        }

        // then pictures are shown in order, and none before it is decoded
        Ffmpeg.Result decoded = Ffmpeg.run(
                folder,
                List.of("ffmpeg", "-nostdin", "-v", "error", "-xerror", "-i", "received.ts", "-f", "null", "-"));
        assertThat(decoded.errors()).isEmpty();
        List<String> times = Ffmpeg.ffprobe(folder, "-show_entries", "packet=pts_time,dts_time", "received.ts")
                .lines()
                .filter(line -> line.contains(","))
                .toList();
        assertThat(times).hasSizeGreaterThan(SECONDS * 25 - 10);
        for (String line : times) {
            String[] both = line.split(",", -1);
            assertThat(Double.parseDouble(both[0])).isGreaterThanOrEqualTo(Double.parseDouble(both[1]));
        }
    }
}
