package dev.weir.connector.archive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.connector.media.EncodedStream;
import dev.weir.connector.media.Ffmpeg;
import dev.weir.connector.media.LogOf;
import dev.weir.connector.media.LogOf.Timing;
import dev.weir.connector.mux.Packaging;
import dev.weir.connector.store.FileObjectStore;
import dev.weir.schemas.LogEntry;
import dev.weir.schemas.LogPacket;
import dev.weir.schemas.RelayBatch;
import dev.weir.schemas.RelayBatchCodec;
import dev.weir.webrtc.codec.Codec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Streams without a picture: sound alone, and sound beside a video whose keyframes never came, in every container. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SoundOnlyTest {
    private static final int SECONDS = 10;

    @TempDir
    static Path folder;

    private int packets;
    private List<RelayBatch> sound = List.of();
    private List<RelayBatch> dark = List.of();

    @BeforeAll
    void record() {
        EncodedStream opus = EncodedStream.audio(folder, Codec.OPUS, "sine=frequency=440", SECONDS);
        packets = opus.units().size();
        EncodedStream video = EncodedStream.video(folder, Codec.VP8, EncodedStream.picture(160, 120), SECONDS, 10_000);
        sound = new LogOf().track(opus, Timing.DIRECT).batches();
        dark = new LogOf()
                .track(opus, Timing.DIRECT)
                .track(video, Timing.DIRECT)
                .batches(SoundOnlyTest::withoutKeyframe);
    }

    /** Drops what arrived of the video in its first half second, the only keyframe among it. */
    private static List<LogEntry> withoutKeyframe(List<LogEntry> entries) {
        List<LogEntry> left = new ArrayList<>(entries);
        left.removeIf(entry -> entry instanceof LogPacket packet
                && packet.trackIndex() == 1
                && packet.arrivalMicros() < LogOf.wall(500_000));
        return left;
    }

    @ParameterizedTest
    @EnumSource(Packaging.class)
    void soundAloneIsArchived(Packaging packaging) throws Exception {
        requireSound(sound, packaging, "sound-" + packaging);
    }

    @ParameterizedTest
    @EnumSource(Packaging.class)
    void soundBesideAVideoWithoutKeyframeIsArchived(Packaging packaging) throws Exception {
        EpochVerdict verdict = requireSound(dark, packaging, "dark-" + packaging);

        assertThat(verdict.gaps()).isEqualTo(packaging.keepsRecords() ? 0 : 1);
    }

    private EpochVerdict requireSound(List<RelayBatch> log, Packaging packaging, String name) throws IOException {
        ArchiveSettings settings = ArchiveSettings.builder()
                .segmentDuration(Duration.ofSeconds(3))
                .segmentBytes(10_000_000)
                .bufferBytes(100_000_000)
                .silence(Duration.ofMinutes(1))
                .packaging(packaging)
                .build();
        Path target = Files.createDirectories(folder.resolve(name));
        RelayBatchCodec codec = new RelayBatchCodec();
        new ArchiveRuns(log.stream().map(codec::encode).toList(), settings).undisturbed(target);

        ArchiveVerifier verifier = new ArchiveVerifier(new FileObjectStore(target).open(), settings, LogOf.STREAM);
        for (int i = 0; i < log.size(); i++) {
            verifier.add(log.get(i), i);
        }
        EpochVerdict verdict = verifier.verify(false).get(0);
        assertThat(verdict.problems()).isEmpty();
        assertThat(verdict.isProved()).isTrue();
        assertThat(verdict.archived()).isEqualTo(packaging.keepsRecords() ? log.size() : packets);
        if (!packaging.keepsRecords()) {
            assertThat(decodedPackets(target)).isEqualTo(packets);
        }
        return verdict;
    }

    private static long decodedPackets(Path target) throws IOException {
        long packets = 0;
        try (Stream<Path> files = Files.walk(target)) {
            for (Path file : files.filter(path -> path.toString().matches(".*\\.(mp4|webm|mkv)"))
                    .toList()) {
                String name = target.relativize(file).toString();
                Ffmpeg.ffmpeg(target, "-xerror", "-i", name, "-f", "null", "-");
                packets += Ffmpeg.ffprobe(target, "-show_entries", "packet=size", name)
                        .lines()
                        .filter(line -> !line.isBlank())
                        .count();
            }
        }
        return packets;
    }
}
