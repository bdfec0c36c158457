package dev.weir.connector.restream.hls;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.weir.connector.media.EncodedStream;
import dev.weir.connector.media.Ffmpeg;
import dev.weir.connector.media.LogOf;
import dev.weir.connector.media.LogOf.Timing;
import dev.weir.connector.restream.AddressGuard;
import dev.weir.connector.restream.CheckedSockets;
import dev.weir.connector.restream.TargetUrl;
import dev.weir.connector.restream.aac.AacEncoders;
import dev.weir.connector.restream.frame.FrameConnection;
import dev.weir.connector.restream.frame.FrameSettings;
import dev.weir.schemas.RelayBatch;
import dev.weir.webrtc.codec.Codec;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HlsTargetTest {
    private static final int SECONDS = 20;
    private static final int LISTED = 6;

    @TempDir
    Path folder = Path.of("");

    /** What was ever put, and what is there now. */
    private final Map<String, byte[]> everPut = new ConcurrentHashMap<>();

    private final Map<String, byte[]> present = new ConcurrentHashMap<>();
    private final List<String> playlists = new CopyOnWriteArrayList<>();
    private final List<String> missing = new CopyOnWriteArrayList<>();
    private HttpServer server;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/live/", this::take);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void take(HttpExchange exchange) throws IOException {
        String name = exchange.getRequestURI().getPath().substring("/live/".length());
        byte[] body = exchange.getRequestBody().readAllBytes();
        if (exchange.getRequestMethod().equals("PUT")) {
            everPut.put(name, body);
            present.put(name, body);
            if (name.endsWith(".m3u8")) {
                String text = new String(body, StandardCharsets.UTF_8);
                playlists.add(text);
                Stream.concat(segments(text).keySet().stream(), maps(text).stream())
                        .filter(object -> !present.containsKey(object))
                        .forEach(missing::add);
            }
        } else {
            present.remove(name);
        }
        exchange.sendResponseHeaders(200, -1);
        exchange.close();
    }

    private HlsTarget target(HlsTarget.Series series) throws IOException {
        TargetUrl url =
                TargetUrl.parse("hls+http://127.0.0.1:" + server.getAddress().getPort() + "/live/camera.m3u8");
        CheckedSockets sockets = new CheckedSockets(new AddressGuard(List.of("127.0.0.1")), Optional.empty());
        return new HlsTarget(url, sockets, "", series, 1_000_000);
    }

    private static FrameSettings settings() {
        return new FrameSettings(
                LogOf.STREAM, FrameSettings.Audio.COPY, false, "ffmpeg", 128_000, "live", new AacEncoders());
    }

    private List<RelayBatch> batches() {
        EncodedStream video = EncodedStream.video(folder, Codec.H264, EncodedStream.picture(320, 180), SECONDS, 25);
        EncodedStream audio = EncodedStream.audio(folder, Codec.OPUS, "sine=frequency=440", SECONDS);
        return new LogOf()
                .track(video, Timing.DIRECT)
                .track(audio, Timing.DIRECT)
                .batches();
    }

    /** Returns the segments of a playlist with their durations in seconds, in order. */
    private static Map<String, Double> segments(String playlist) {
        Map<String, Double> segments = new LinkedHashMap<>();
        double duration = Double.NaN;
        for (String line : playlist.lines().toList()) {
            if (line.startsWith("#EXTINF:")) {
                duration = Double.parseDouble(line.substring(8, line.length() - 1));
            } else if (line.endsWith(".m4s")) {
                segments.put(line, duration);
            }
        }
        return segments;
    }

    private static List<String> maps(String playlist) {
        return playlist.lines()
                .filter(line -> line.startsWith("#EXT-X-MAP:URI=\""))
                .map(line -> line.substring(16, line.length() - 1))
                .toList();
    }

    private static long value(String playlist, String tag) {
        return playlist.lines()
                .filter(line -> line.startsWith(tag + ":"))
                .mapToLong(line -> Long.parseLong(line.substring(tag.length() + 1)))
                .findFirst()
                .orElseThrow();
    }

    /** The header and the segments were once cut out of their object at the wrong place: no player showed anything. */
    @Test
    void segmentsBehindTheirInitializationAreOneGaplessFile() throws Exception {
        // when
        try (FrameConnection connection = new FrameConnection(settings(), target(new HlsTarget.Series(100)))) {
            for (RelayBatch batch : batches()) {
                connection.send(batch, 0);
            }
        }

        // then
        Map<String, Double> all = all();
        assertThat(all).hasSizeGreaterThanOrEqualTo(SECONDS - 3);
        write(all);
        double seconds = all.values().stream().mapToDouble(Double::doubleValue).sum();
        assertThat(times("v:0")).hasSize((int) Math.round(seconds * 25));
        assertGapless(times("v:0"), 0.040);
        assertGapless(times("a:0"), 0.020);
        // The duration in the playlist is the one of the media.
        assertThat(times("v:0").get(0)).isLessThan(0.1);
        assertThat(Math.abs(times("a:0").size() * 0.020 - seconds)).isLessThan(0.1);
    }

    @Test
    void picturesWithBFramesAreShownInOrder() throws Exception {
        // given
        List<Integer> order = new ArrayList<>();
        EncodedStream video = EncodedStream.reordered(folder, 5, order);

        // when
        try (FrameConnection connection = new FrameConnection(settings(), target(new HlsTarget.Series(100)))) {
            for (RelayBatch batch : LogOf.reordered(video, order)) {
                connection.send(batch, 0);
            }
        }

        // then all but the open segment is there
        Map<String, Double> all = all();
        assertThat(all)
                .hasSize(4)
                .allSatisfy((name, seconds) -> assertThat(seconds).isEqualTo(1.0));
        write(all);
        assertGapless(times("v:0").stream().sorted().toList(), 0.040);
        assertThat(times("v:0"))
                .hasSize(100)
                .isNotEqualTo(times("v:0").stream().sorted().toList());
    }

    private Map<String, Double> all() {
        Map<String, Double> all = new LinkedHashMap<>();
        playlists.forEach(playlist -> all.putAll(segments(playlist)));
        return all;
    }

    /** Writes the segments behind their initialization into one file, which must decode. */
    private void write(Map<String, Double> segments) throws IOException {
        try (OutputStream file = Files.newOutputStream(folder.resolve("all.mp4"))) {
            file.write(everPut.get("camera-100-init.mp4"));
            for (String segment : segments.keySet()) {
                file.write(everPut.get(segment));
            }
        }
        Ffmpeg.Result decoded = Ffmpeg.run(
                folder, List.of("ffmpeg", "-nostdin", "-v", "error", "-xerror", "-i", "all.mp4", "-f", "null", "-"));
        assertThat(decoded.errors()).isEmpty();
    }

    private List<Double> times(String selector) {
        return Ffmpeg.ffprobe(folder, "-select_streams", selector, "-show_entries", "packet=pts_time", "all.mp4")
                .lines()
                .filter(line -> !line.isBlank())
                .map(line -> Double.parseDouble(line.replace(",", "")))
                .toList();
    }

    private static void assertGapless(List<Double> times, double step) {
        for (int i = 1; i < times.size(); i++) {
            assertThat(times.get(i) - times.get(i - 1)).as("step to " + i).isBetween(step - 0.002, step + 0.002);
        }
    }

    @Test
    void everyPlaylistListsWhatIsThereAndGoesOnOverConnections() throws Exception {
        // given
        HlsTarget.Series series = new HlsTarget.Series(100);
        List<RelayBatch> batches = batches();

        // when
        for (int run = 0; run < 2; run++) {
            try (FrameConnection connection = new FrameConnection(settings(), target(series))) {
                for (RelayBatch batch : batches) {
                    connection.send(batch, 0);
                }
            }
        }

        // then each says nothing that is not so
        assertThat(missing).isEmpty();
        long sequence = 100;
        for (String playlist : playlists) {
            Map<String, Double> listed = segments(playlist);
            long longest = listed.values().stream().mapToLong(Math::round).max().orElseThrow();
            assertThat(value(playlist, "#EXT-X-TARGETDURATION")).isGreaterThanOrEqualTo(longest);
            assertThat(value(playlist, "#EXT-X-MEDIA-SEQUENCE")).isBetween(sequence, sequence + 1);
            sequence = value(playlist, "#EXT-X-MEDIA-SEQUENCE");
            assertThat(listed.keySet()).first().isEqualTo("camera-" + sequence + ".m4s");
            assertThat(listed.size()).isLessThanOrEqualTo(LISTED);
        }
        String last = playlists.get(playlists.size() - 1);
        assertThat(segments(last)).hasSize(LISTED);
        assertThat(value(last, "#EXT-X-DISCONTINUITY-SEQUENCE")).isEqualTo(1);
        assertThat(playlists).anyMatch(playlist -> playlist.contains("#EXT-X-DISCONTINUITY\n#EXT-X-MAP"));

        // and what nobody can ask for any more is gone: all but the list, what left it in its own time, and the header
        assertThat(present).hasSize(LISTED + LISTED + 1 + 2);
        assertThat(present.keySet()).doesNotContain("camera-100-init.mp4");
    }

    @Test
    void timeWithoutMediaIsNoPartOfASegment() throws Exception {
        // given a publisher that comes back 30 s later
        List<RelayBatch> first = batches();
        List<RelayBatch> second = first.stream()
                .map(batch -> new RelayBatch(
                        batch.streamId(),
                        batch.epoch() + 1,
                        batch.batchNumber(),
                        batch.firstArrivalMicros() + (SECONDS + 30) * 1_000_000L,
                        batch.entries()))
                .toList();

        // when
        try (FrameConnection connection = new FrameConnection(settings(), target(new HlsTarget.Series(100)))) {
            for (RelayBatch batch : first) {
                connection.send(batch, 0);
            }
            for (RelayBatch batch : second) {
                connection.send(batch, 0);
            }
        }

        // then
        assertThat(playlists)
                .allMatch(playlist -> value(playlist, "#EXT-X-TARGETDURATION") <= 2)
                .anyMatch(playlist -> playlist.contains("#EXT-X-DISCONTINUITY\n"));
    }
}
