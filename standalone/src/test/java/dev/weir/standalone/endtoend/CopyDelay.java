package dev.weir.standalone.endtoend;

import dev.weir.schemas.LogEntry;
import dev.weir.schemas.LogPacket;
import dev.weir.standalone.journal.LogPosition;
import dev.weir.standalone.journal.LogReader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * How long packets took from the arrival of a stream at the gateway to their arrival there as a copy, which a target pushed
 * back to it under another name: the log has both times, and the payload tells which packet is which.
 *
 * @param packets packets of the copy that were found in the original
 * @param unknown those that were not
 */
record CopyDelay(int packets, int unknown, double p50Millis, double p95Millis) {

    static CopyDelay of(String bootstrap, String original, String copy) {
        Map<ByteBuffer, Long> arrivals = new HashMap<>();
        List<Double> millis = new ArrayList<>();
        int unknown = 0;
        // The copy first: what comes meanwhile is in the original at least.
        List<LogPacket> copied = packets(bootstrap, copy);
        for (LogPacket packet : packets(bootstrap, original)) {
            // Silence looks the same each time; what comes once only tells.
            arrivals.merge(packet.payload(), packet.arrivalMicros(), (first, again) -> -1L);
        }
        for (LogPacket packet : copied) {
            long arrival = arrivals.getOrDefault(packet.payload(), 0L);
            if (arrival == 0) {
                unknown++;
            } else if (arrival > 0) {
                millis.add((packet.arrivalMicros() - arrival) / 1_000.0);
            }
        }
        Collections.sort(millis);
        return new CopyDelay(millis.size(), unknown, percentile(millis, 50), percentile(millis, 95));
    }

    private static List<LogPacket> packets(String bootstrap, String stream) {
        List<LogPacket> packets = new ArrayList<>();
        try (LogReader log = LogReader.open(bootstrap, Optional.of(stream))) {
            log.seek(LogPosition.BEGINNING);
            log.readToEnd(record -> {
                for (LogEntry entry : record.batch().entries()) {
                    if (entry instanceof LogPacket packet && packet.payload().hasRemaining()) {
                        packets.add(packet);
                    }
                }
                return true;
            });
        }
        return packets;
    }

    private static double percentile(List<Double> sorted, int percent) {
        return sorted.isEmpty() ? Double.NaN : sorted.get(Math.min(sorted.size() - 1, sorted.size() * percent / 100));
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "packets=%d unknown=%d delay p50=%.0f ms p95=%.0f ms",
                packets,
                unknown,
                p50Millis,
                p95Millis);
    }
}
