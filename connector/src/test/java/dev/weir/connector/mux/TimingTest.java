package dev.weir.connector.mux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.connector.archive.ArchiveSettings;
import dev.weir.connector.archive.ArchiveWriter;
import dev.weir.connector.archive.LogPartition;
import dev.weir.connector.archive.UploadThread;
import dev.weir.connector.assemble.AssembledEvent.GapFound;
import dev.weir.connector.media.Assembled;
import dev.weir.connector.media.EncodedStream;
import dev.weir.connector.media.Ffmpeg;
import dev.weir.connector.media.LogOf;
import dev.weir.connector.media.LogOf.Timing;
import dev.weir.connector.media.MixedLog;
import dev.weir.connector.store.FileObjectStore;
import dev.weir.schemas.LogEntry;
import dev.weir.schemas.LogPacket;
import dev.weir.schemas.RelayBatch;
import dev.weir.schemas.RelayBatchCodec;
import dev.weir.schemas.SenderReport;
import dev.weir.webrtc.codec.Codec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
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
    private static final Pattern FLASH = Pattern.compile("black_end:([0-9.]+)");
    private static final Pattern BEEP = Pattern.compile("silence_end: ([0-9.]+)");

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

    /**
     * Five minutes with 2 % loss, then the publisher vanishes without a word and comes back: another clock, another way, and
     * ten minutes after the start picture and sound are still together in what the archive wrote.
     */
    @Test
    void aPublisherWhoComesBackAfterLossIsInStepAgain() throws Exception {
        // given
        List<RelayBatch> first = MixedLog.withoutEnd(half(20, 200));
        List<RelayBatch> second = MixedLog.as(LogOf.STREAM, LogOf.EPOCH + 1, 303_400_000, half(300, -200));

        // when
        Path archive = folder.resolve("archive");
        archive(archive, Stream.concat(first.stream(), second.stream()).toList());

        // then
        Path before = archive.resolve(LogOf.STREAM).resolve(Long.toString(LogOf.EPOCH));
        Path after = archive.resolve(LogOf.STREAM).resolve(Long.toString(LogOf.EPOCH + 1));
        List<Path> objects = new ArrayList<>();
        for (Path epoch : List.of(before, after)) {
            List<Path> all = objects(epoch);
            assertThat(all).hasSizeGreaterThanOrEqualTo(SECONDS / 2 / OBJECT_SECONDS);
            objects.add(all.get(0));
            objects.add(all.get(SECONDS / 2 / OBJECT_SECONDS - 1));
        }
        for (Path object : objects) {
            double offset = offsetSeconds(object);
            System.out.printf("publisher came back: sound after picture %.0f ms in %s%n", 1_000 * offset, object);
            assertThat(offset).as("%s", object).isBetween(-0.04, 0.04);
        }
    }

    /** Five minutes of log in which 2 % are lost. */
    private List<RelayBatch> half(int networkDelayMillis, int driftPpm) {
        EncodedStream video = new EncodedStream(Codec.H264, 3_600, flashes.subList(0, flashes.size() / 2));
        EncodedStream audio = new EncodedStream(Codec.OPUS, 960, beeps.subList(0, beeps.size() / 2));
        return new LogOf()
                .track(video, new Timing(0, networkDelayMillis * 1_000L, true))
                .track(audio, Timing.DIRECT)
                .batches(entries -> lose(drift(entries, driftPpm), 2));
    }

    private static void archive(Path target, List<RelayBatch> log) throws Exception {
        ArchiveSettings settings = ArchiveSettings.builder()
                .segmentDuration(Duration.ofSeconds(OBJECT_SECONDS))
                .build();
        LogPartition partition = new LogPartition("weir.media.v1", 0);
        RelayBatchCodec codec = new RelayBatchCodec();
        try (ArchiveWriter writer =
                new ArchiveWriter(new FileObjectStore(target).open(), settings, UploadThread.daemon())) {
            writer.open(partition);
            for (int offset = 0; offset < log.size(); offset++) {
                writer.add(partition, offset, codec.encode(log.get(offset)));
            }
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> writer.committable().getOrDefault(partition, 0L) == log.size());
        }
    }

    private static List<Path> objects(Path epoch) throws IOException {
        try (Stream<Path> files = Files.list(epoch)) {
            return files.filter(file -> file.toString().endsWith(".mp4"))
                    .sorted()
                    .toList();
        }
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
        return offsetSeconds(folder.resolve("object.mp4"));
    }

    /** Returns how much later sound is than picture in a file, as FFmpeg decodes it, in the median. */
    private static double offsetSeconds(Path file) {
        String told = Ffmpeg.run(
                        folder,
                        List.of(
                                "ffmpeg",
                                "-nostdin",
                                "-v",
                                "info",
                                "-i",
                                file.toString(),
                                "-vf",
                                "blackdetect=d=1:pix_th=0.2",
                                "-af",
                                "silencedetect=noise=-30dB:d=1",
                                "-f",
                                "null",
                                "-"))
                .errors();
        double[] flashes = moments(FLASH, told);
        double[] beeps = moments(BEEP, told);
        assertThat(flashes.length).isBetween(3, 5);
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

    private static double[] moments(Pattern moment, String told) {
        return moment.matcher(told)
                .results()
                .mapToDouble(result -> Double.parseDouble(result.group(1)))
                .filter(at -> at < OBJECT_SECONDS - 1)
                .toArray();
    }
}
