package dev.weir.connector.assemble;

import dev.weir.schemas.LogEntry;
import dev.weir.schemas.LogPacket;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** What happens to the packets of a log on their way to it. */
final class Mishaps {
    private Mishaps() {}

    static List<LogEntry> impaired(List<LogEntry> entries, SplittableRandom random) {
        List<LogEntry> result = new ArrayList<>();
        List<LogPacket> late = new ArrayList<>();
        for (LogEntry entry : entries) {
            if (!(entry instanceof LogPacket packet)) {
                result.add(entry);
                continue;
            }
            late.removeIf(old -> {
                boolean due = packet.arrivalMicros() >= old.arrivalMicros();
                if (due) {
                    result.add(old);
                }
                return due;
            });
            int fate = random.nextInt(100);
            if (fate >= 1) {
                result.add(packet);
            }
            if (fate < 4) {
                late.add(arrivingLater(packet, 20_000 + random.nextInt(1_000_000)));
            }
            if (fate == 0 && random.nextInt(2) == 0) {
                late.remove(late.size() - 1);
            }
        }
        result.addAll(late);
        return result;
    }

    static LogPacket arrivingLater(LogPacket p, long micros) {
        return new LogPacket(
                p.trackIndex(),
                p.rid(),
                p.payloadType(),
                p.ssrc(),
                p.extendedSequence(),
                p.extendedTimestamp(),
                p.marker(),
                p.keyframeStart(),
                p.arrivalMicros() + micros,
                p.payload());
    }

    static UnaryOperator<List<LogEntry>> without(Predicate<LogPacket> lost) {
        return entries -> entries.stream()
                .filter(entry -> !(entry instanceof LogPacket packet) || !lost.test(packet))
                .toList();
    }
}
