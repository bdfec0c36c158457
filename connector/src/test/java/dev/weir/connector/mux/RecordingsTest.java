package dev.weir.connector.mux;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.weir.connector.assemble.AssembledEvent;
import dev.weir.connector.assemble.AssembledEvent.FormatChanged;
import dev.weir.connector.assemble.AssembledEvent.FrameReady;
import dev.weir.connector.assemble.TrackFormat;
import dev.weir.connector.media.Assembled;
import dev.weir.connector.media.ChromiumPlayer;
import dev.weir.connector.media.EncodedStream;
import dev.weir.connector.media.Ffmpeg;
import dev.weir.connector.media.LogOf;
import dev.weir.connector.media.LogOf.Timing;
import dev.weir.webrtc.codec.Codec;
import dev.weir.webrtc.rtp.MediaKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every codec in every container that the archive writes, from an object in the middle of a stream, in the players of other
 * makers; {@code docs/players.md} tells.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(600)
class RecordingsTest {
    private static final int SECONDS = 4;
    private static final int FROM_SECONDS = 2;
    private static final Path DOCUMENT = Path.of("..", "docs", "players.md");
    private static final String NO_HEVC = "Debian's Chromium has no H265";

    /** mpv's word for three or fewer of them in WebM and Matroska; it then seeks without the index. */
    private static final String FEW_KEYFRAMES = "Discarding potentially broken or useless index";

    @TempDir
    static Path folder;

    private final Map<Codec, EncodedStream> encoded = new EnumMap<>(Codec.class);
    private JsonNode chromium = MissingNode.getInstance();

    /** What the archive writes; the last word is why Chromium cannot play it, empty = it must. */
    enum Recording {
        MP4_H264_OPUS(Packaging.AUTO, "mp4", Codec.H264, Codec.OPUS, ""),
        MP4_H265_OPUS(Packaging.AUTO, "mp4", Codec.H265, Codec.OPUS, NO_HEVC),
        MP4_VP9_OPUS(Packaging.AUTO, "mp4", Codec.VP9, Codec.OPUS, ""),
        MP4_AV1_OPUS(Packaging.AUTO, "mp4", Codec.AV1, Codec.OPUS, ""),
        MP4_OPUS(Packaging.AUTO, "mp4", Codec.OPUS, Codec.OPUS, ""),
        HLS_H264_OPUS(Packaging.AUTO, "m3u8", Codec.H264, Codec.OPUS, ""),
        HLS_H265_OPUS(Packaging.AUTO, "m3u8", Codec.H265, Codec.OPUS, NO_HEVC),
        HLS_VP9_OPUS(Packaging.AUTO, "m3u8", Codec.VP9, Codec.OPUS, ""),
        HLS_AV1_OPUS(Packaging.AUTO, "m3u8", Codec.AV1, Codec.OPUS, ""),
        WEBM_VP8_OPUS(Packaging.AUTO, "webm", Codec.VP8, Codec.OPUS, ""),
        WEBM_VP9_OPUS(Packaging.WEBM, "webm", Codec.VP9, Codec.OPUS, ""),
        WEBM_AV1_OPUS(Packaging.WEBM, "webm", Codec.AV1, Codec.OPUS, ""),
        MKV_H264_PCMU(Packaging.AUTO, "mkv", Codec.H264, Codec.PCMU, ""),
        MKV_VP8_PCMA(Packaging.AUTO, "mkv", Codec.VP8, Codec.PCMA, ""),
        MKV_H264_OPUS(Packaging.MKV, "mkv", Codec.H264, Codec.OPUS, ""),
        MKV_H265_OPUS(Packaging.MKV, "mkv", Codec.H265, Codec.OPUS, NO_HEVC),
        MKV_VP8_OPUS(Packaging.MKV, "mkv", Codec.VP8, Codec.OPUS, ""),
        MKV_VP9_OPUS(Packaging.MKV, "mkv", Codec.VP9, Codec.OPUS, ""),
        MKV_AV1_OPUS(Packaging.MKV, "mkv", Codec.AV1, Codec.OPUS, "");

        private final Packaging packaging;
        private final String extension;
        private final Codec video;
        private final Codec audio;
        private final String chromiumCannot;

        Recording(Packaging packaging, String extension, Codec video, Codec audio, String chromiumCannot) {
            this.packaging = packaging;
            this.extension = extension;
            this.video = video;
            this.audio = audio;
            this.chromiumCannot = chromiumCannot;
        }

        boolean isHls() {
            return extension.equals("m3u8");
        }

        boolean hasVideo() {
            return video.kind() == MediaKind.VIDEO;
        }

        String file() {
            return name() + "." + extension;
        }
    }

    @BeforeAll
    void record() throws Exception {
        for (Codec codec : Codec.values()) {
            encoded.put(
                    codec,
                    codec.kind() == MediaKind.VIDEO
                            ? EncodedStream.video(folder, codec, EncodedStream.picture(160, 120), SECONDS, 25)
                            : EncodedStream.audio(folder, codec, "sine=frequency=440", SECONDS));
        }
        for (Recording recording : Recording.values()) {
            write(recording);
        }
        writeSizeChange();
        writeEarlyEnd();
        List<String> names = new ArrayList<>(
                Stream.of(Recording.values()).map(Recording::file).toList());
        names.addAll(List.of("size.m3u8", "early.m3u8"));
        chromium = ChromiumPlayer.play(folder, names);
    }

    private EncodedStream stream(Codec codec) {
        return Optional.ofNullable(encoded.get(codec)).orElseThrow();
    }

    private void write(Recording recording) throws IOException {
        LogOf log = new LogOf();
        if (recording.hasVideo()) {
            log.track(stream(recording.video), Timing.DIRECT);
        }
        Assembled assembled =
                Assembled.of(log.track(stream(recording.audio), Timing.DIRECT).batches());
        ContainerWriter writer = recording.packaging.writer(assembled.formats().get(0));
        assembled.frames().stream()
                .filter(frame -> frame.ptsMicros() >= FROM_SECONDS * 1_000_000L)
                .forEach(writer::add);
        assertThat(writer.extension()).isEqualTo(recording.isHls() ? "mp4" : recording.extension);
        String object = recording.name() + "." + writer.extension();
        Files.write(folder.resolve(object), Assembled.bytes(writer.finish()));
        if (recording.isHls()) {
            HlsPlaylist playlist = new HlsPlaylist();
            playlist.addObject(object, writer.initialization(), writer.fragments(), false);
            playlist.end();
            Files.writeString(folder.resolve(recording.file()), playlist.text());
        }
    }

    /** Two objects of one playlist: the picture's height changes from 180 to 240 in the middle of the stream. */
    private void writeSizeChange() throws IOException {
        List<ByteBuffer> units = new ArrayList<>();
        for (int height : new int[] {180, 240}) {
            units.addAll(EncodedStream.video(folder, Codec.H264, EncodedStream.picture(320, height), 2, 25)
                    .units());
        }
        Assembled assembled = Assembled.of(new LogOf()
                .track(new EncodedStream(Codec.H264, 3_600, units), Timing.DIRECT)
                .track(stream(Codec.OPUS), Timing.DIRECT)
                .batches());
        List<ContainerWriter> objects = new ArrayList<>();
        for (AssembledEvent event : assembled.events()) {
            if (event instanceof FormatChanged changed) {
                List<TrackFormat> formats = changed.formats();
                objects.add(ContainerWriter.of(formats));
            } else if (event instanceof FrameReady ready) {
                objects.get(objects.size() - 1).add(ready.frame());
            }
        }
        HlsPlaylist playlist = new HlsPlaylist();
        for (int i = 0; i < objects.size(); i++) {
            String name = "size-" + i + ".mp4";
            Files.write(folder.resolve(name), Assembled.bytes(objects.get(i).finish()));
            playlist.addObject(
                    name, objects.get(i).initialization(), objects.get(i).fragments(), i > 0);
        }
        playlist.end();
        Files.writeString(folder.resolve("size.m3u8"), playlist.text());
    }

    /** The sound ends in the first of the pictures' two fragments. */
    private void writeEarlyEnd() throws IOException {
        EncodedStream sound = stream(Codec.OPUS);
        ContainerWriter writer = Assembled.of(new LogOf()
                        .track(stream(Codec.H264), Timing.DIRECT)
                        .track(new EncodedStream(Codec.OPUS, 960, sound.units().subList(0, 90)), Timing.DIRECT)
                        .batches())
                .writer();
        Files.write(folder.resolve("early.mp4"), Assembled.bytes(writer.finish()));
        HlsPlaylist playlist = new HlsPlaylist();
        playlist.addObject("early.mp4", writer.initialization(), writer.fragments(), false);
        playlist.end();
        Files.writeString(folder.resolve("early.m3u8"), playlist.text());
    }

    @ParameterizedTest
    @EnumSource
    void playsFromItsStartToItsEnd(Recording recording) {
        String file = recording.file();
        int tracks = recording.hasVideo() ? 2 : 1;

        assertThat(Ffmpeg.ffprobe(folder, "-show_entries", "stream=codec_type", file)
                        .lines()
                        .filter(line -> !line.isBlank())
                        .distinct())
                .hasSize(tracks);
        Ffmpeg.ffmpeg(folder, "-xerror", "-i", file, "-f", "null", "-");
        mpv(file, recording.hasVideo());
        if (!recording.isHls()) {
            List<String> pipeline = new ArrayList<>(
                    List.of("gst-launch-1.0", "-q", "filesrc", "location=" + file, "!", "decodebin", "name=d"));
            for (int i = 0; i < tracks; i++) {
                pipeline.addAll(List.of("d.", "!", "queue", "!", "fakesink"));
            }
            quiet(pipeline.toArray(String[]::new));
            String told = quiet("mediainfo", "--Inform=General;%Duration% %VideoCount% %AudioCount%", file)
                    .trim();
            assertThat(told).matches("(19[5-9]\\d|20[0-4]\\d) " + (recording.hasVideo() ? "1" : "") + " 1");
        }
        JsonNode report = chromium.path(file);
        assertThat(playsInChromium(recording)).as("Chromium: %s", report).isEqualTo(recording.chromiumCannot.isEmpty());
    }

    private boolean playsInChromium(Recording recording) {
        JsonNode report = chromium.path(recording.file());
        return report.path("errors").isEmpty()
                && report.path("seconds").asDouble() > 1.9
                && report.path("bytesOfAudio").asLong() > 0
                && (!recording.hasVideo() || report.path("frames").asInt() > 40);
    }

    @Test
    void aChangeOfSizePlaysThrough() {
        Ffmpeg.ffmpeg(folder, "-xerror", "-i", "size.m3u8", "-f", "null", "-");
        mpv("size.m3u8", true);
        JsonNode report = chromium.path("size.m3u8");
        assertThat(report.path("errors")).as("%s", report).isEmpty();
        assertThat(report.path("seconds").asDouble()).as("%s", report).isGreaterThan(3.9);
        assertThat(report.path("sizes").toString()).isEqualTo("[180,240]");
    }

    @Test
    void picturesPlayToTheirEndWhenTheSoundEndsEarly() {
        JsonNode report = chromium.path("early.m3u8");
        assertThat(report.path("errors")).as("%s", report).isEmpty();
        assertThat(report.path("seconds").asDouble()).as("%s", report).isGreaterThan(3.9);
    }

    @Test
    void theDocumentTellsIt() throws IOException {
        StringBuilder text = new StringBuilder("""
                # What plays the recordings

                Written by `RecordingsTest`, which makes each of these from real encoders' streams, through RTP packets and the log, \
                from an object that begins in the middle of a stream, and plays it from its start to its end. *Plays*: ffprobe \
                and mediainfo find every track and the right duration, FFmpeg (with `-xerror`), GStreamer and mpv decode it \
                and complain of nothing, Chromium shows its pictures and decodes its sound (playlists by hls.js, all others by \
                `<video>`). GStreamer and mediainfo get the objects, not the playlists.

                | container | video | audio | ffprobe, FFmpeg, mpv | GStreamer, mediainfo | Chromium |
                |---|---|---|---|---|---|
                """);
        for (Recording recording : Recording.values()) {
            text.append(String.format(
                    "| %s | %s | %s | plays | %s | %s |%n",
                    recording.isHls()
                            ? "MP4 by HLS"
                            : recording
                                    .extension
                                    .replace("mp4", "MP4")
                                    .replace("webm", "WebM")
                                    .replace("mkv", "Matroska"),
                    recording.hasVideo() ? recording.video : "",
                    recording.audio,
                    recording.isHls() ? "" : "plays",
                    playsInChromium(recording) ? "plays" : recording.chromiumCannot));
        }
        text.append("""

                A change of the picture's size starts a new object behind a discontinuity: the playlist plays through it in \
                FFmpeg, mpv and hls.js. It plays to the end of the pictures where the sound ends before them. mpv seeks by itself in \
                WebM and Matroska files of three or fewer keyframes, and says so.
                """);
        Files.writeString(DOCUMENT, text);
        assertThat(DOCUMENT).content().contains("| MP4 | H264 | OPUS | plays | plays | plays |");
    }

    /** One track at a time: without a clock, mpv would complain that they are not in step. */
    private static void mpv(String file, boolean withVideo) {
        for (String track : withVideo ? List.of("--no-audio", "--no-video") : List.of("--no-video")) {
            String told = quiet(
                    "mpv",
                    "--no-config",
                    "--vo=null",
                    "--ao=null",
                    "--ao-null-untimed",
                    "--untimed",
                    // FFmpeg's reader of playlists says there that it knows the next object's header already.
                    "--msg-level=all=" + (file.endsWith("m3u8") ? "error" : "warn"),
                    track,
                    file);
            assertThat(told.lines().filter(line -> !line.isBlank() && !line.contains(FEW_KEYFRAMES)))
                    .isEmpty();
        }
    }

    /** Runs a tool that must end well and complain of nothing. */
    private static String quiet(String... command) {
        Ffmpeg.Result result = Ffmpeg.run(folder, List.of(command));
        assertThat(result.status())
                .as("%s: %s %s", command[0], result.output(), result.errors())
                .isZero();
        assertThat(result.errors()).as(command[0]).isEmpty();
        return result.output();
    }
}
