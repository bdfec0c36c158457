package dev.weir.standalone.demo;

import dev.weir.schemas.EndOfStream;
import dev.weir.schemas.Gap;
import dev.weir.schemas.LogEntry;
import dev.weir.schemas.LogPacket;
import dev.weir.schemas.TrackConfiguration;
import dev.weir.schemas.TrackInfo;
import dev.weir.standalone.journal.LogReader;
import dev.weir.standalone.journal.LogRecord;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Counts what the log holds of one epoch, read back from Kafka. One thread. */
final class LogCount {

    private final Map<Integer, Set<Long>> sequences = new HashMap<>();
    private final Map<Integer, String> kinds = new HashMap<>();
    private long epoch = -1;
    private long gaps;
    private boolean ended;

    /** Reads on until the end of the stream, at most for {@code patience}. */
    void read(LogReader reader, Duration patience) {
        long start = System.nanoTime();
        reader.read(this::add, () -> !ended && System.nanoTime() - start < patience.toNanos());
    }

    private boolean add(LogRecord record) {
        // The newest publisher's epoch is the highest; the end of an earlier one may still come.
        if (record.batch().epoch() < epoch) {
            return true;
        }
        if (record.batch().epoch() > epoch) {
            epoch = record.batch().epoch();
            sequences.clear();
            kinds.clear();
            gaps = 0;
        }
        for (LogEntry entry : record.batch().entries()) {
            if (entry instanceof LogPacket packet) {
                sequences
                        .computeIfAbsent(packet.trackIndex(), index -> new HashSet<>())
                        .add(packet.extendedSequence());
            } else if (entry instanceof TrackConfiguration configuration) {
                for (TrackInfo track : configuration.tracks()) {
                    kinds.put(track.trackIndex(), track.kind());
                }
            } else if (entry instanceof Gap) {
                gaps++;
            } else if (entry instanceof EndOfStream) {
                ended = true;
            }
        }
        return !ended;
    }

    /** Returns the different packets of the tracks of {@code kind}, "audio" or "video". */
    long packets(String kind) {
        return sequences.entrySet().stream()
                .filter(track -> kind.equals(kinds.get(track.getKey())))
                .mapToLong(track -> track.getValue().size())
                .sum();
    }

    /** Returns the different packets of all tracks. */
    long packets() {
        return sequences.values().stream().mapToLong(Set::size).sum();
    }

    /** Returns the declared losses. */
    long gaps() {
        return gaps;
    }

    /** Returns the epoch, -1 if nothing of the stream has been seen. */
    long epoch() {
        return epoch;
    }

    /** Returns whether the log says that the stream has ended. */
    boolean ended() {
        return ended;
    }
}
