package dev.weir.connector.restream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.connector.media.EncodedStream;
import dev.weir.connector.media.Ffmpeg;
import dev.weir.webrtc.codec.Codec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Node-Media-Server takes what nginx does not: Enhanced RTMP. FFmpeg 8 plays it from there. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Execution(ExecutionMode.CONCURRENT)
class EnhancedRtmpTest {
    private static final int SECONDS = Integer.getInteger("weir.restream.seconds", 6);
    /** FFmpeg leaves out what it reads while it looks what the stream is. */
    private static final int WATCHED = SECONDS - 3;

    @TempDir
    static Path folder = Path.of("");

    private final List<AutoCloseable> open = new CopyOnWriteArrayList<>();
    private int port;

    @BeforeAll
    void serve() throws Exception {
        port = Receivers.freeTcp();
        Process server = Receivers.nodeMediaServer(folder, port);
        open.add(server::destroyForcibly);
        assertThat(Ffmpeg8.command()).isNotEmpty();
    }

    @AfterAll
    void stop() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
    }

    private FarEnd watch(Path own, String name, Map<String, String> settings, EncodedStream... streams)
            throws IOException {
        TestLog log = new TestLog();
        open.add(new LiveStream(log, 7, streams).start());
        String url = "rtmp://127.0.0.1:" + port + "/live/" + name;
        TaskBed bed = new TaskBed(log, 0, url, settings);
        open.add(bed);
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> bed.isSending() && bed.status().bytesSent() > 10_000);
        FarEnd viewer = new FarEnd(Ffmpeg8.command(), "data", own, name, SECONDS, "-i", url);
        open.add(viewer);
        return viewer;
    }

    @ParameterizedTest
    @CsvSource({"H265, auto, hevc, aac", "AV1, copy, av1, opus", "VP9, auto, vp9, aac"})
    void codecsThatPlainRtmpLacksArriveInStep(Codec codec, String audio, String video, String sound) throws Exception {
        // given
        Path own = Files.createDirectory(folder.resolve(video));
        EncodedStream pictures = TestStreams.flashes(own, codec);

        // when
        FarEnd.Result result = watch(own, video, Map.of("restream.audio", audio), pictures, TestStreams.beeps(own))
                .result(SECONDS + 60);

        // then
        System.out.println(result.describe("rtmp " + video + ", " + sound));
        assertThat(codecs(own, video)).containsExactlyInAnyOrder(video, sound);
        assertThat(result.videoFrames()).isGreaterThan(22 * WATCHED);
        assertThat(result.audioFrames()).isGreaterThan(40 * WATCHED);
        assertThat(Math.abs(result.stepMillis())).isLessThan(100);
        assertThat(result.p95Millis()).isBetween(100L, 8_000L);
    }

    @Test
    void aStreamWithoutSoundIsHeardAsSilenceOfItsLength() throws Exception {
        // given
        Path own = Files.createDirectory(folder.resolve("silent"));

        // when
        FarEnd.Result result = watch(own, "silent", Map.of(), TestStreams.flashes(own, Codec.H264))
                .result(SECONDS + 60);

        System.out.println(result.describe("rtmp h264, silence"));
        // then it is there, nothing is heard, and it is as long as the pictures
        assertThat(codecs(own, "silent")).containsExactlyInAnyOrder("h264", "aac");
        assertThat(loudestDb(own, "silent")).isLessThan(-80);
        double pictures = result.videoFrames() / 25.0;
        double sound = result.audioFrames() * 1_024 / 48_000.0;
        assertThat(pictures).isGreaterThan((double) WATCHED);
        assertThat(sound).isBetween(pictures - 0.5, pictures + 0.5);
    }

    private static List<String> codecs(Path own, String name) {
        return Ffmpeg.ffprobe(own, "-show_entries", "stream=codec_name", name + ".mkv")
                .lines()
                .toList();
    }

    private static double loudestDb(Path own, String name) {
        String log = Ffmpeg.run(
                        own,
                        List.of(
                                "ffmpeg",
                                "-nostdin",
                                "-v",
                                "info",
                                "-i",
                                name + ".mkv",
                                "-map",
                                "0:a",
                                "-af",
                                "volumedetect",
                                "-f",
                                "null",
                                "-"))
                .errors();
        Matcher matcher = Pattern.compile("max_volume: (-?[0-9.]+) dB").matcher(log);
        assertThat(matcher.find()).as(log).isTrue();
        return Double.parseDouble(matcher.group(1));
    }
}
