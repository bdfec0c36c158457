package dev.weir.connector.assemble;

import static dev.weir.connector.assemble.TwoTracks.AUDIO;
import static dev.weir.connector.assemble.TwoTracks.VIDEO;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.connector.assemble.AssembledEvent.FrameReady;
import dev.weir.connector.media.Assembled;
import dev.weir.connector.media.LogOf;
import dev.weir.connector.media.LogOf.Timing;
import dev.weir.schemas.LogEntry;
import dev.weir.schemas.LogPacket;
import dev.weir.schemas.RelayBatch;
import dev.weir.schemas.SenderReport;
import dev.weir.schemas.TrackConfiguration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Sender reports come again with the list of tracks. Written as plain entries they once made the assembler see jumps of the
 * publisher's clock: 5.8 s were added to recordings.
 */
class RepeatedReportsTest {
    private static final long LATE_PICTURES_MICROS = 400_000;
    private static final long BEGIN_MICROS = 4_000_000;

    /** Captured at the same time as the sound, the pictures arrive late; every two seconds the tracks come again. */
    private static List<RelayBatch> log(boolean repeated) {
        LogOf log = new LogOf()
                .track(VIDEO, new Timing(0, LATE_PICTURES_MICROS, true))
                .track(AUDIO, Timing.DIRECT);
        TrackConfiguration tracks =
                (TrackConfiguration) log.batches().get(0).entries().get(0);
        return log.batches(entries -> repeated ? withRepeats(entries, tracks) : entries);
    }

    private static List<LogEntry> withRepeats(List<LogEntry> entries, TrackConfiguration tracks) {
        List<LogEntry> result = new ArrayList<>();
        Map<Integer, SenderReport> latest = new TreeMap<>();
        long dueMicros = LogOf.wall(1_000_000);
        for (LogEntry entry : entries) {
            if (entry instanceof SenderReport report) {
                latest.put(report.trackIndex(), report);
            } else if (entry instanceof LogPacket packet && packet.arrivalMicros() >= dueMicros) {
                result.add(new TrackConfiguration(tracks.tracks(), List.copyOf(latest.values())));
                dueMicros += 2_000_000;
            }
            result.add(entry);
        }
        return result;
    }

    @Test
    void whoReadFromTheBeginningSeesNoDifference() {
        assertThat(Assembled.of(log(true)).frames())
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("firstOffset", "lastOffset")
                .isEqualTo(Assembled.of(log(false)).frames());
        assertThat(Assembled.of(log(true)).gaps()).isEmpty();
    }

    @Test
    void aReaderThatBeginsInTheMiddleIsInStepAtOnce() {
        Assembled assembled = Assembled.of(fromTheMiddle(true));

        assertThat(skewMicros(assembled)).isZero();
        assertThat(assembled.frames()).extracting(Frame::ptsMicros).isSorted();
    }

    @Test
    void withoutThemItWouldFollowTheArrival() {
        assertThat(skewMicros(Assembled.of(fromTheMiddle(false)))).isEqualTo(LATE_PICTURES_MICROS);
    }

    /** What comes at 5 s and later, where no more reports come. */
    private static List<RelayBatch> fromTheMiddle(boolean withReports) {
        List<LogEntry> kept = new ArrayList<>();
        for (RelayBatch batch : log(true)) {
            for (LogEntry entry : batch.entries()) {
                boolean early = entry instanceof LogPacket packet && packet.arrivalMicros() < LogOf.wall(BEGIN_MICROS);
                if (entry instanceof TrackConfiguration tracks) {
                    if (tracks.senderReports().size() == 2 && kept.stream().noneMatch(LogPacket.class::isInstance)) {
                        kept.clear();
                        kept.add(withReports ? tracks : new TrackConfiguration(tracks.tracks()));
                    }
                } else if (!early && !(entry instanceof SenderReport)) {
                    kept.add(entry);
                }
            }
        }
        List<RelayBatch> batches = new ArrayList<>();
        for (int at = 0; at < kept.size(); at += 10) {
            batches.add(new RelayBatch(
                    LogOf.STREAM,
                    LogOf.EPOCH,
                    50 + batches.size(),
                    LogOf.wall(BEGIN_MICROS),
                    kept.subList(at, Math.min(at + 10, kept.size()))));
        }
        return batches;
    }

    /** Returns how much later the pictures are than the sound that was captured with them. */
    private static long skewMicros(Assembled assembled) {
        Frame picture = assembled.frames(0).get(0);
        Frame sound = assembled.frames(1).get(0);
        long pictureCaptured = VIDEO.units().indexOf(picture.data()) * 40_000L;
        long soundCaptured = AUDIO.units().indexOf(sound.data()) * 20_000L;
        return picture.ptsMicros() - sound.ptsMicros() - (pictureCaptured - soundCaptured);
    }

    @Test
    void aRunThatContinuesFromACheckpointTakesThemAsTheWholeRunDoes() {
        List<RelayBatch> log = log(true);
        List<Checkpoint> checkpoints = new ArrayList<>();
        List<Integer> positions = new ArrayList<>();
        Assembled whole = new Assembled();
        StreamAssembler assembler = new StreamAssembler(LogOf.STREAM, LogOf.EPOCH, AssembleConfig.ARCHIVE);
        for (int i = 0; i < log.size(); i++) {
            assembler.add(log.get(i), i, event -> {
                if (event instanceof FrameReady ready
                        && ready.frame().trackIndex() == 0
                        && ready.frame().keyframe()) {
                    checkpoints.add(assembler.checkpoint());
                    positions.add(whole.frames().size());
                }
                whole.take(event);
            });
        }
        assertThat(checkpoints).hasSizeGreaterThan(2);
        for (int i = 0; i < checkpoints.size(); i++) {
            Checkpoint checkpoint = checkpoints.get(i);
            Assembled rest = new Assembled();
            StreamAssembler resumed =
                    StreamAssembler.resume(LogOf.STREAM, LogOf.EPOCH, AssembleConfig.ARCHIVE, checkpoint.state());
            for (int offset = (int) checkpoint.offset(); offset < log.size(); offset++) {
                resumed.add(log.get(offset), offset, rest::take);
            }
            assertThat(rest.frames())
                    .isEqualTo(whole.frames()
                            .subList(positions.get(i), whole.frames().size()));
        }
    }
}
