package dev.weir.gateway.mirror;

import dev.weir.gateway.mirror.StreamMirror.Queued;
import dev.weir.gateway.mirror.StreamMirror.QueuedEnd;
import dev.weir.gateway.mirror.StreamMirror.QueuedEntry;
import dev.weir.gateway.mirror.StreamMirror.QueuedPacket;
import dev.weir.schemas.Gap;
import dev.weir.schemas.TrackConfiguration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The mirror thread's side of one epoch: takes what {@link StreamMirror} queued, cuts batches and gives them to Kafka
 * in order. While Kafka takes nothing, at most a batch or two leave the queue.
 */
final class EpochLog {
    private final StreamMirror source;
    private final MirrorConfig config;
    private final Queue<OutgoingBatch> ready = new ArrayDeque<>();
    private final Queue<OutgoingBatch> lost = new ConcurrentLinkedQueue<>();
    private Optional<BatchCutter> cutter = Optional.empty();

    EpochLog(StreamMirror source, MirrorConfig config) {
        this.source = source;
        this.config = config;
    }

    /** Moves what is queued into Kafka as far as Kafka takes it. */
    void pump(LogProducer producer, long nowMicros) {
        if (!sendReady(producer)) {
            return;
        }
        declareLost();
        for (Optional<Queued> next = source.queue().poll();
                next.isPresent();
                next = source.queue().poll()) {
            take(next.get(), producer);
            if (!sendReady(producer)) {
                return;
            }
        }
        cutter.ifPresent(open -> open.tick(nowMicros));
        sendReady(producer);
    }

    /** Writes the end of an epoch whose publisher is still there while the gateway stops. */
    void end(LogProducer producer, String reason, long nowMicros) {
        pump(producer, nowMicros);
        if (ready.isEmpty()) {
            cutter.ifPresent(open -> open.end(reason, nowMicros));
            sendReady(producer);
        }
    }

    /** Returns whether the end of the epoch has been given to Kafka. */
    boolean finished() {
        return ready.isEmpty() && cutter.map(BatchCutter::ended).orElse(false);
    }

    /** Notes a batch that Kafka did not take; any thread. It is declared in the next batch of the epoch. */
    void onLost(OutgoingBatch batch) {
        lost.add(batch);
    }

    private void take(Queued item, LogProducer producer) {
        if (item instanceof QueuedPacket queued) {
            cutter(queued.packet().epoch(), producer).packet(queued.packet(), queued.reservedBytes());
        } else if (item instanceof QueuedEntry queued) {
            BatchCutter open = cutter(queued.epoch(), producer);
            if (queued.entry() instanceof TrackConfiguration tracks) {
                open.configuration(tracks, queued.arrivalMicros());
            } else {
                open.entry(queued.entry(), queued.arrivalMicros());
            }
        } else if (item instanceof QueuedEnd queued) {
            cutter(queued.epoch(), producer).end(queued.reason(), queued.arrivalMicros());
        }
    }

    private BatchCutter cutter(long epoch, LogProducer producer) {
        if (cutter.isEmpty()) {
            int partition = producer.partitionOf(source.streamId());
            cutter = Optional.of(new BatchCutter(source.streamId(), epoch, partition, config, ready::add));
        }
        return cutter.get();
    }

    private void declareLost() {
        for (OutgoingBatch batch = lost.poll(); batch != null; batch = lost.poll()) {
            Gap gap = batch.asGap("kafka-refused");
            cutter.filter(open -> !open.ended()).ifPresent(open -> open.entry(gap, gap.toArrivalMicros()));
        }
    }

    private boolean sendReady(LogProducer producer) {
        for (OutgoingBatch batch = ready.peek(); batch != null; batch = ready.peek()) {
            if (!producer.send(batch, this)) {
                return false;
            }
            ready.remove();
        }
        return true;
    }
}
