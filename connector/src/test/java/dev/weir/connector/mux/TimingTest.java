package dev.weir.connector.mux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.connector.assemble.AssembledEvent.GapFound;
import dev.weir.connector.media.Assembled;
import dev.weir.connector.media.EncodedStream;
import dev.weir.connector.media.Ffmpeg;
import dev.weir.connector.media.LogOf;
import dev.weir.connector.media.LogOf.Timing;
import dev.weir.schemas.LogEntry;
import dev.weir.schemas.LogPacket;
import dev.weir.schemas.SenderReport;
import dev.weir.webrtc.codec.Codec;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Ten minutes of a flash and a beep every five seconds, measured in the archived pictures and sound. Pictures are captured at
 * the same time but travel longer, and the clock of the sound card runs fast, which only sender reports tell.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TimingTest {
    private static final int SECONDS = 600;
    private static final int PERIOD_SECONDS = 5;
    private static final int OBJECT_SECONDS = 20;
    private static final Pattern MOMENT = Pattern.compile("(?:black_end:|silence_end: )([0-9.]+)");

    @TempDir
    static Path folder;

    private List<ByteBuffer> flashes = List.of();
    private List<ByteBuffer> beeps = List.of();

    @BeforeAll
    void encodeOnePeriod() {
        String flash = "color=black:size=160x120:rate=25,drawbox=color=white:t=fill:enable='gte(t,3)*lt(t,3.6)'";
        String beep = "sine=frequency=1000:sample_rate=48000,volume='if(gte(t,3)*lt(t,3.6),1,0)':eval=frame";
        flashes = repeated(EncodedStream.video(folder, Codec.H264, flash, PERIOD_SECONDS, 5)
                .units());
        beeps = repeated(EncodedStream.audio(folder, Codec.OPUS, beep, PERIOD_SECONDS)
                .units()
                .subList(0, 250));
    }

    private static List<ByteBuffer> repeated(List<ByteBuffer> period) {
        List<ByteBuffer> units = new ArrayList<>();
        for (int i = 0; i < SECONDS / PERIOD_SECONDS; i++) {
            units.addAll(period);
        }
        return units;
    }

    @ParameterizedTest(name = "pictures {0} ms late, sound card {1} ppm fast, {2} % lost")
    @CsvSource({"0, 0, 0", "300, 200, 0", "300, 200, 2", "20, -200, 2"})
    void pictureAndSoundStayTogetherForTenMinutes(int networkDelayMillis, int driftPpm, int lossPercent)
            throws Exception {
        // given
        EncodedStream video = new EncodedStream(Codec.H264, 3_600, flashes);
        EncodedStream audio = new EncodedStream(Codec.OPUS, 960, beeps);
        LogOf log = new LogOf()
                .track(video, new Timing(0, networkDelayMillis * 1_000L, true))
                .track(audio, Timing.DIRECT);

        // when
        Assembled assembled = Assembled.of(log.batches(entries -> lose(drift(entries, driftPpm), lossPercent)));

        // then
        long lost = assembled.gaps().stream().mapToLong(GapFound::packets).sum();
        assertThat(lost > 0).isEqualTo(lossPercent > 0);
        double start = offsetSeconds(assembled, 0);
        double end = offsetSeconds(assembled, SECONDS - OBJECT_SECONDS);
        System.out.printf(
                "pictures %d ms late, %d ppm, %d %% lost: sound after picture %.0f ms at the start, %.0f ms after 10 min%n",
                networkDelayMillis, driftPpm, lossPercent, 1_000 * start, 1_000 * end);
        assertThat(start).as("at the start").isBetween(-0.04, 0.04);
        assertThat(end).as("after ten minutes").isBetween(-0.04, 0.04);
    }

    /** Lets the clock of the sound run fast: its time stamps grow faster than time. */
    private static List<LogEntry> drift(List<LogEntry> entries, int ppm) {
        long base = entries.stream()
                .filter(entry -> entry instanceof LogPacket packet && packet.trackIndex() == 1)
                .mapToLong(entry -> ((LogPacket) entry).extendedTimestamp())
                .min()
                .orElseThrow();
        UnaryOperator<Long> faster = ticks -> ticks + (ticks - base) * ppm / 1_000_000;
        return entries.stream().map(entry -> drifted(entry, faster)).toList();
    }

    private static LogEntry drifted(LogEntry entry, UnaryOperator<Long> faster) {
        if (entry instanceof LogPacket packet && packet.trackIndex() == 1) {
            return new LogPacket(
                    1,
                    "",
                    packet.payloadType(),
                    packet.ssrc(),
                    packet.extendedSequence(),
                    faster.apply(packet.extendedTimestamp()),
                    packet.marker(),
                    packet.keyframeStart(),
                    packet.arrivalMicros(),
                    packet.payload());
        }
        if (entry instanceof SenderReport report && report.trackIndex() == 1) {
            return new SenderReport(
                    1, "", report.ntpTimestamp(), faster.apply(report.extendedTimestamp()), report.arrivalMicros());
        }
        return entry;
    }

    private static List<LogEntry> lose(List<LogEntry> entries, int percent) {
        SplittableRandom random = new SplittableRandom(42);
        return entries.stream()
                .filter(entry -> !(entry instanceof LogPacket) || random.nextInt(100) >= percent)
                .toList();
    }

    /** Returns how much later sound is than picture, in the median over an object that starts at {@code second}. */
    private static double offsetSeconds(Assembled assembled, int second) throws Exception {
        ContainerWriter writer = ContainerWriter.of(assembled.formats().get(0));
        assembled.frames().stream()
                .filter(frame -> frame.ptsMicros() >= second * 1_000_000L
                        && frame.ptsMicros() < (second + OBJECT_SECONDS) * 1_000_000L)
                .forEach(writer::add);
        Files.write(folder.resolve("object.mp4"), Assembled.bytes(writer.finish()));
        double[] flashes = moments("blackdetect=d=1:pix_th=0.2", "-vf");
        double[] beeps = moments("silencedetect=noise=-30dB:d=1", "-af");
        assertThat(flashes.length).isBetween(3, 4);
        double[] offsets = new double[flashes.length];
        for (int i = 0; i < offsets.length; i++) {
            double flash = flashes[i];
            offsets[i] = Arrays.stream(beeps)
                    .map(beep -> beep - flash)
                    .boxed()
                    .min((a, b) -> Double.compare(Math.abs(a), Math.abs(b)))
                    .orElseThrow();
        }
        Arrays.sort(offsets);
        return offsets[offsets.length / 2];
    }

    private static double[] moments(String filter, String kind) {
        String told = Ffmpeg.run(
                        folder,
                        List.of(
                                "ffmpeg",
                                "-nostdin",
                                "-v",
                                "info",
                                "-i",
                                "object.mp4",
                                kind,
                                filter,
                                "-f",
                                "null",
                                "-"))
                .errors();
        Matcher matcher = MOMENT.matcher(told);
        return matcher.results()
                .mapToDouble(result -> Double.parseDouble(result.group(1)))
                .filter(at -> at < OBJECT_SECONDS - 1)
                .toArray();
    }
}
