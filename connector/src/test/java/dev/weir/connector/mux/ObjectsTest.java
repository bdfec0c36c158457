package dev.weir.connector.mux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.connector.assemble.AssembledEvent;
import dev.weir.connector.assemble.AssembledEvent.FormatChanged;
import dev.weir.connector.assemble.AssembledEvent.FrameReady;
import dev.weir.connector.assemble.Frame;
import dev.weir.connector.assemble.TrackFormat;
import dev.weir.connector.media.Assembled;
import dev.weir.connector.media.EncodedStream;
import dev.weir.connector.media.Ffmpeg;
import dev.weir.connector.media.LogOf;
import dev.weir.connector.media.LogOf.Timing;
import dev.weir.webrtc.codec.Codec;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Objects that follow each other: each plays alone, and all of them play as one HLS stream. */
class ObjectsTest {
    @TempDir
    Path folder = Path.of("");

    /** Cuts as the archive does: at formats, and at the first video keyframe {@code seconds} after the last cut. */
    private static List<ContainerWriter> cut(Assembled assembled, int seconds) {
        List<ContainerWriter> objects = new ArrayList<>();
        List<TrackFormat> formats = List.of();
        long started = 0;
        boolean fresh = false;
        for (AssembledEvent event : assembled.events()) {
            if (event instanceof FormatChanged changed) {
                formats = changed.formats();
                fresh = true;
            } else if (event instanceof FrameReady ready) {
                Frame frame = ready.frame();
                boolean due = frame.keyframe()
                        && frame.trackIndex() == 0
                        && frame.ptsMicros() - started >= seconds * 1_000_000L;
                if (fresh || due) {
                    objects.add(ContainerWriter.of(formats));
                    started = frame.ptsMicros();
                    fresh = false;
                }
                objects.get(objects.size() - 1).add(frame);
            }
        }
        return objects;
    }

    private Path write(List<ContainerWriter> objects) throws IOException {
        HlsPlaylist playlist = new HlsPlaylist();
        List<TrackFormat> formats = List.of();
        for (int i = 0; i < objects.size(); i++) {
            ContainerWriter object = objects.get(i);
            String name = i + "." + object.extension();
            Files.write(folder.resolve(name), Assembled.bytes(object.finish()));
            playlist.addObject(name, object.initialization(), object.fragments(), !formats.equals(object.formats()));
            formats = object.formats();
        }
        playlist.end();
        Path path = folder.resolve("index.m3u8");
        Files.writeString(path, playlist.text());
        return path;
    }

    private Assembled h264(int seconds) {
        EncodedStream video = EncodedStream.video(folder, Codec.H264, EncodedStream.picture(320, 180), seconds, 25);
        EncodedStream audio = EncodedStream.audio(folder, Codec.OPUS, "sine=frequency=440", seconds);
        return Assembled.of(new LogOf()
                .track(video, Timing.DIRECT)
                .track(audio, Timing.DIRECT)
                .batches());
    }

    private String probe(String file, String entries) {
        return Ffmpeg.ffprobe(folder, "-show_entries", entries, file);
    }

    @Test
    void anObjectThatStartsLaterPlaysAloneFromZero() throws Exception {
        // when
        write(cut(h264(12), 5));

        // then
        String[] format = probe("1.mp4", "format=start_time,duration").split(",", -1);
        assertThat(Double.parseDouble(format[0])).isBetween(-0.001, 0.021);
        assertThat(Double.parseDouble(format[1])).isBetween(4.98, 5.03);
        Ffmpeg.ffmpeg(folder, "-xerror", "-i", "1.mp4", "-f", "null", "-");
        assertThat(Ffmpeg.ffprobe(
                        folder,
                        "-count_frames",
                        "-select_streams",
                        "v:0",
                        "-show_entries",
                        "stream=nb_read_frames",
                        "1.mp4"))
                .isEqualTo("125");
        // its fragments stay on the time line of the epoch
        MediaFile second = MediaFile.read(ByteBuffer.wrap(Files.readAllBytes(folder.resolve("1.mp4"))));
        assertThat(second.tracks().get(0).samples().get(0).dtsTicks()).isEqualTo(450_000);
        assertThat(second.tracks().get(0).samples().get(0).keyframe()).isTrue();
    }

    @Test
    void aTrackThatStartsLaterIsLateInTheFileToo() throws Exception {
        // given: two seconds of sound before the first picture
        EncodedStream video = EncodedStream.video(folder, Codec.H264, EncodedStream.picture(320, 180), 3, 25);
        EncodedStream audio = EncodedStream.audio(folder, Codec.OPUS, "sine=frequency=440", 6);
        LogOf log = new LogOf().track(video, Timing.DIRECT, "", 2_000_000, 0).track(audio, Timing.DIRECT);

        // when
        Files.write(
                folder.resolve("0.mp4"),
                Assembled.bytes(Assembled.of(log.batches()).writer().finish()));

        // then
        assertThat(starts("v:0")).isBetween(1.98, 2.03);
        assertThat(starts("a:0")).isBetween(-0.01, 0.01);
    }

    /**
     * Where the sound ended 1.7 s before the pictures, hls.js stood 1.8 s before the end: the last segment had no sound, and it
     * asked for it again and again.
     */
    @Test
    void everySegmentHasEveryTrack() throws Exception {
        // given: pictures of 9 s, sound from 2.5 s to 6.5 s
        EncodedStream video = EncodedStream.video(folder, Codec.H264, EncodedStream.picture(320, 180), 9, 25);
        EncodedStream audio = EncodedStream.audio(folder, Codec.OPUS, "sine=frequency=440", 4);
        LogOf log = new LogOf().track(video, Timing.DIRECT).track(audio, Timing.DIRECT, "", 2_500_000, 0);

        // when
        ContainerWriter object = Assembled.of(log.batches()).writer();
        byte[] bytes = Assembled.bytes(object.finish());

        // then
        assertThat(object.fragments())
                .extracting(FragmentRange::durationMicros)
                .containsExactly(4_000_000L, 2_000_000L, 3_000_000L);
        FragmentRange start = object.initialization();
        for (FragmentRange range : object.fragments()) {
            try (OutputStream segment = Files.newOutputStream(folder.resolve("segment.mp4"))) {
                segment.write(bytes, (int) start.offset(), (int) start.length());
                segment.write(bytes, (int) range.offset(), (int) range.length());
            }
            assertThat(probe("segment.mp4", "packet=codec_type").lines().distinct())
                    .hasSize(2);
        }
    }

    private double starts(String stream) {
        return Double.parseDouble(
                Ffmpeg.ffprobe(folder, "-select_streams", stream, "-show_entries", "stream=start_time", "0.mp4"));
    }

    @Test
    void seekingLandsOnTheKeyframe() throws Exception {
        write(cut(h264(12), 100));

        Ffmpeg.ffmpeg(folder, "-xerror", "-ss", "8.1", "-i", "0.mp4", "-f", "null", "-");
        assertThat(Ffmpeg.ffprobe(
                                folder,
                                "-read_intervals",
                                "8.5%+#1",
                                "-select_streams",
                                "v:0",
                                "-show_entries",
                                "packet=pts_time",
                                "0.mp4")
                        .lines()
                        .findFirst())
                .hasValue("8.000000");
    }

    @Test
    void consecutiveObjectsAreOneHlsTimeLineWithoutAHole() throws Exception {
        // given
        Assembled assembled = h264(12);

        // when
        Path playlist = write(cut(assembled, 5));

        // then
        Ffmpeg.ffmpeg(folder, "-xerror", "-allowed_extensions", "ALL", "-i", playlist.toString(), "-f", "null", "-");
        List<Double> times = Ffmpeg.ffprobe(
                        folder, "-select_streams", "v:0", "-show_entries", "packet=pts_time", playlist.toString())
                .lines()
                .map(Double::parseDouble)
                .toList();
        assertThat(times).hasSize(300);
        for (int i = 1; i < times.size(); i++) {
            assertThat(times.get(i) - times.get(i - 1)).isBetween(0.0399, 0.0401);
        }
        assertThat(Ffmpeg.ffprobe(
                                folder,
                                "-select_streams",
                                "a:0",
                                "-show_entries",
                                "packet=pts_time",
                                playlist.toString())
                        .lines())
                .hasSize(assembled.frames(1).size());
        assertThat(Double.parseDouble(probe(playlist.toString(), "format=duration")))
                .isBetween(11.9, 12.1);
        String text = Files.readString(playlist);
        assertThat(text).contains("#EXT-X-ENDLIST").doesNotContain("#EXT-X-DISCONTINUITY");
        assertThat(HlsPlaylist.parse(text).text()).isEqualTo(text);
        assertThat(HlsPlaylist.parse(text).objectUris()).containsExactly("0.mp4", "1.mp4", "2.mp4");
    }

    @Test
    void aNewPictureSizeStartsANewObjectBehindADiscontinuity() throws Exception {
        // given
        List<ByteBuffer> units = new ArrayList<>();
        for (int height : new int[] {180, 240}) {
            units.addAll(EncodedStream.video(folder, Codec.H264, EncodedStream.picture(320, height), 4, 25)
                    .units());
        }
        EncodedStream video = new EncodedStream(Codec.H264, 3_600, units);
        EncodedStream audio = EncodedStream.audio(folder, Codec.OPUS, "sine=frequency=440", 8);
        LogOf log = new LogOf().track(video, Timing.DIRECT).track(audio, Timing.DIRECT);

        // when
        Assembled assembled = Assembled.of(log.batches());
        Path playlist = write(cut(assembled, 60));

        // then
        assertThat(assembled.formats()).hasSize(2);
        assertThat(assembled.formats().get(0).get(0).heightPx()).isEqualTo(180);
        assertThat(assembled.formats().get(1).get(0).heightPx()).isEqualTo(240);
        assertThat(assembled.frames(0)).hasSize(200);
        assertThat(Files.readString(playlist)).containsOnlyOnce("#EXT-X-DISCONTINUITY\n");
        for (String object : List.of("0.mp4", "1.mp4")) {
            Ffmpeg.ffmpeg(folder, "-xerror", "-i", object, "-f", "null", "-");
        }
        assertThat(Ffmpeg.ffprobe(
                                folder,
                                "-select_streams",
                                "v:0",
                                "-show_entries",
                                "packet=pts_time",
                                playlist.toString())
                        .lines())
                .hasSize(200);
    }

    @Test
    void aTrackWithoutFramesIsLeftOut() throws Exception {
        Assembled assembled = h264(3);
        ContainerWriter writer = ContainerWriter.of(assembled.formats().get(0));
        assembled.frames(0).forEach(writer::add);

        ByteBuffer file = writer.finish();

        assertThat(MediaFile.read(file).tracks()).hasSize(1);
        assertThat(writer.formats()).hasSize(1);
    }

    @Test
    void theSameFramesGiveTheSameBytes() {
        Assembled assembled = h264(3);

        assertThat(assembled.writer().finish()).isEqualTo(assembled.writer().finish());
    }

    @Test
    void audioAloneIsCutEveryTwoSeconds() throws Exception {
        EncodedStream audio = EncodedStream.audio(folder, Codec.OPUS, "sine=frequency=440", 9);
        Assembled assembled =
                Assembled.of(new LogOf().track(audio, Timing.DIRECT).batches());

        Path playlist = write(List.of(assembled.writer()));

        assertThat(Files.readString(playlist).lines().filter(line -> line.startsWith("#EXTINF:")))
                .hasSize(5);
        Ffmpeg.ffmpeg(folder, "-xerror", "-i", playlist.toString(), "-f", "null", "-");
    }

    @Test
    void flashAndBeepStayTogether() throws Exception {
        // given: a flash and a beep at 3 s; the pictures travel 350 ms longer and only sender reports tell
        String flash = "color=black:size=160x120:rate=25,drawbox=color=white:t=fill:enable='gte(t,3)'";
        String beep = "sine=frequency=1000:sample_rate=48000,volume='if(gte(t,3),1,0)':eval=frame";
        EncodedStream video = EncodedStream.video(folder, Codec.H264, flash, 6, 25);
        EncodedStream audio = EncodedStream.audio(folder, Codec.OPUS, beep, 6);
        LogOf log = new LogOf().track(video, new Timing(0, 350_000, true)).track(audio, Timing.DIRECT);

        // when
        write(List.of(Assembled.of(log.batches()).writer()));

        // then
        double silenceEnds = detected("silencedetect=noise=-30dB:d=1", "-af", "silence_end: ");
        double blackEnds = detected("blackdetect=d=1", "-vf", "black_end:");
        assertThat(silenceEnds - blackEnds).isBetween(-0.04, 0.04);
        assertThat(blackEnds).isBetween(2.99, 3.01);
    }

    private double detected(String filter, String kind, String word) {
        Ffmpeg.Result result = Ffmpeg.run(
                folder, List.of("ffmpeg", "-nostdin", "-v", "info", "-i", "0.mp4", kind, filter, "-f", "null", "-"));
        String errors = result.errors();
        assertThat(errors).contains(word);
        return Double.parseDouble(
                errors.substring(errors.indexOf(word) + word.length()).split("[ \n]", 2)[0]);
    }
}
