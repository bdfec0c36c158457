package dev.weir.connector.restream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.connector.RestreamSinkConnector;
import dev.weir.connector.config.RestreamSinkConfig;
import dev.weir.connector.media.EncodedStream;
import dev.weir.connector.media.Ffmpeg;
import dev.weir.connector.media.LogOf;
import dev.weir.connector.media.LogOf.Timing;
import dev.weir.schemas.LogEntry;
import dev.weir.schemas.LogPacket;
import dev.weir.schemas.RelayBatch;
import dev.weir.webrtc.codec.Codec;
import dev.weir.webrtc.rtp.RtpHeader;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LiveRestreamTest {
    @TempDir
    Path folder = Path.of("");

    private RestreamSettings settings(int port, int queue) {
        return new RestreamSettings(
                LogOf.STREAM,
                new RtpTarget("127.0.0.1", port),
                folder.resolve("live.sdp"),
                queue,
                Duration.ofMillis(50),
                Duration.ofSeconds(5));
    }

    private static int freePort() throws IOException {
        for (int attempt = 0; attempt < 100; attempt++) {
            try (DatagramSocket first = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
                if (first.getLocalPort() % 2 == 0 && first.getLocalPort() < 65_000) {
                    return first.getLocalPort();
                }
            }
        }
        throw new IOException("no even port");
    }

    private static void feed(LiveRestream restream, List<RelayBatch> log) {
        log.forEach(batch -> restream.add(batch, batch.firstArrivalMicros()));
    }

    @Test
    void ffmpegReceivesPicturesAndSound() throws Exception {
        // given
        int port = freePort();
        EncodedStream video = EncodedStream.video(folder, Codec.H264, EncodedStream.picture(320, 180), 6, 25);
        EncodedStream audio = EncodedStream.audio(folder, Codec.OPUS, "sine=frequency=440", 6);
        List<RelayBatch> log = new LogOf()
                .track(video, Timing.DIRECT)
                .track(audio, Timing.DIRECT)
                .batches();
        try (LiveRestream restream = new LiveRestream(settings(port, 10_000))) {
            restream.start();
            restream.add(
                    new RelayBatch(
                            LogOf.STREAM,
                            LogOf.EPOCH,
                            0,
                            LogOf.wall(0),
                            log.get(0).entries().subList(0, 1)),
                    LogOf.wall(0));

            // when
            Process receiver = new ProcessBuilder(
                            "ffmpeg",
                            "-nostdin",
                            "-v",
                            "error",
                            "-y",
                            "-protocol_whitelist",
                            "file,udp,rtp",
                            "-i",
                            "live.sdp",
                            "-c",
                            "copy",
                            "-t",
                            "3",
                            "out.mkv")
                    .directory(folder.toFile())
                    .redirectError(folder.resolve("receiver.txt").toFile())
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try {
                Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> isBound(port) && isBound(port + 2));
                feed(restream, log);
                assertThat(receiver.waitFor(60, TimeUnit.SECONDS)).isTrue();
            } finally {
                receiver.destroyForcibly();
            }
        }

        // then
        Ffmpeg.ffmpeg(folder, "-xerror", "-i", "out.mkv", "-f", "null", "-");
        assertThat(count("v:0")).isBetween(60, 80);
        assertThat(count("a:0")).isBetween(120, 160);
        assertThat(Files.readString(folder.resolve("live.sdp"))).contains("m=video " + port, "opus/48000/2");
    }

    private int count(String selector) {
        return Integer.parseInt(Ffmpeg.ffprobe(
                folder,
                "-count_packets",
                "-select_streams",
                selector,
                "-show_entries",
                "stream=nb_read_packets",
                "out.mkv"));
    }

    private static boolean isBound(int port) throws IOException {
        String local = String.format(Locale.ROOT, ":%04X ", port);
        return Files.readString(Path.of("/proc/net/udp")).contains(local);
    }

    @Test
    void anotherPublisherGoesOnInSequenceAndTime() throws Exception {
        // given
        EncodedStream audio = EncodedStream.audio(folder, Codec.OPUS, "sine=frequency=440", 1);
        List<RelayBatch> first = new LogOf().track(audio, Timing.DIRECT).batches();
        List<RelayBatch> second = first.stream()
                .map(batch -> new RelayBatch(
                        batch.streamId(),
                        batch.epoch() + 1,
                        batch.batchNumber(),
                        batch.firstArrivalMicros(),
                        batch.entries().stream().map(LiveRestreamTest::later).toList()))
                .toList();
        int port = freePort();
        List<ByteBuffer> received = new ArrayList<>();
        try (DatagramSocket socket = new DatagramSocket(port, InetAddress.getLoopbackAddress());
                LiveRestream restream = new LiveRestream(settings(port, 10_000))) {
            socket.setSoTimeout(10_000);
            restream.start();

            // when
            feed(restream, first);
            feed(restream, second);
            feed(restream, first);
            for (int i = 0; i < 2 * audio.units().size(); i++) {
                DatagramPacket packet = new DatagramPacket(new byte[1_500], 1_500);
                socket.receive(packet);
                received.add(ByteBuffer.wrap(packet.getData(), 0, packet.getLength()));
            }
        }

        // then
        Set<Integer> ssrcs = new HashSet<>();
        for (int i = 0; i < received.size(); i++) {
            ssrcs.add(RtpHeader.ssrc(received.get(i)));
            assertThat(RtpHeader.payloadType(received.get(i))).isEqualTo(96);
            if (i > 0) {
                int step = RtpHeader.sequenceNumber(received.get(i)) - RtpHeader.sequenceNumber(received.get(i - 1));
                assertThat(step).isEqualTo(1);
                assertThat(RtpHeader.timestamp(received.get(i)))
                        .isGreaterThan(RtpHeader.timestamp(received.get(i - 1)));
            }
        }
        assertThat(ssrcs).hasSize(1);
    }

    private static LogEntry later(LogEntry entry) {
        return entry instanceof LogPacket p
                ? new LogPacket(
                        p.trackIndex(),
                        p.rid(),
                        p.payloadType(),
                        99,
                        p.extendedSequence() + 7_000,
                        p.extendedTimestamp() + 1_000_000,
                        p.marker(),
                        p.keyframeStart(),
                        p.arrivalMicros() + 1_100_000,
                        p.payload())
                : entry;
    }

    @Test
    void whatIsOldIsPassedOverAndAFullQueueDropsWithoutBlocking() {
        EncodedStream audio = EncodedStream.audio(folder, Codec.OPUS, "sine=frequency=440", 2);
        List<RelayBatch> log = new LogOf().track(audio, Timing.DIRECT).batches();
        try (LiveRestream restream = new LiveRestream(settings(40_000, 64))) {
            log.forEach(batch -> restream.add(batch, batch.firstArrivalMicros() + 6_000_000));
            assertThat(restream.passedOver()).isEqualTo(audio.units().size());

            feed(restream, log); // not started: nothing drains the queue

            assertThat(restream.dropped()).isGreaterThanOrEqualTo(audio.units().size() - 64);
        }
    }

    @Test
    void aReceiverThatIsNotThereIsTriedAgainAfterAPause() throws Exception {
        EncodedStream audio = EncodedStream.audio(folder, Codec.OPUS, "sine=frequency=440", 4);
        int port = freePort();
        try (LiveRestream restream = new LiveRestream(settings(port, 10_000))) {
            restream.start();
            feed(restream, new LogOf().track(audio, Timing.DIRECT).batches());
            Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> restream.dropped() > 0);
            try (DatagramSocket socket = new DatagramSocket(port, InetAddress.getLoopbackAddress())) {
                socket.setSoTimeout(10_000);
                DatagramPacket packet = new DatagramPacket(new byte[1_500], 1_500);
                socket.receive(packet);
                assertThat(packet.getLength()).isGreaterThan(12);
            }
        }
    }

    @Test
    void aUrlIsNeverRepeatedInAMessage() {
        assertThatThrownBy(() -> RtpTarget.parse("rtmp://example.org/live/secret-key"))
                .hasMessageContaining("rtmp")
                .hasMessageNotContaining("secret");
        assertThat(RtpTarget.parse("rtp://user:secret@127.0.0.1:5004?key=secret"))
                .hasToString("rtp://127.0.0.1:5004");
    }

    @Test
    void validationNamesTheMistake() {
        var config = new RestreamSinkConnector()
                .validate(Map.of(
                        RestreamSinkConfig.STREAM,
                        "camera",
                        RestreamSinkConfig.SDP_FILE,
                        "x.sdp",
                        RestreamSinkConfig.URL,
                        "rtp://127.0.0.1:5005"));

        assertThat(config.configValues().stream()
                        .filter(value -> value.name().equals(RestreamSinkConfig.URL))
                        .flatMap(value -> value.errorMessages().stream()))
                .containsExactly("the port of an RTP target must be even and at most 65534");
    }
}
