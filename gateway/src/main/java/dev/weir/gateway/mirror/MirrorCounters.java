package dev.weir.gateway.mirror;

import java.util.concurrent.atomic.LongAdder;

/** The mirror's counters; any thread. */
final class MirrorCounters {
    final LongAdder packetsOffered = new LongAdder();
    final LongAdder packetsAcknowledged = new LongAdder();
    final LongAdder packetsDropped = new LongAdder();
    final LongAdder packetsFailed = new LongAdder();
    final LongAdder batchesAcknowledged = new LongAdder();
    final LongAdder bytesAcknowledged = new LongAdder();
    final LongAdder metadataAcknowledged = new LongAdder();
    final LongAdder metadataDropped = new LongAdder();

    MirrorStats stats(int streams, long bufferedBytes) {
        return new MirrorStats(
                streams,
                packetsOffered.sum(),
                packetsAcknowledged.sum(),
                packetsDropped.sum(),
                packetsFailed.sum(),
                batchesAcknowledged.sum(),
                bytesAcknowledged.sum(),
                metadataAcknowledged.sum(),
                metadataDropped.sum(),
                bufferedBytes);
    }
}
