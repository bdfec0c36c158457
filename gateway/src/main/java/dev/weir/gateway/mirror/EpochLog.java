package dev.weir.gateway.mirror;

import dev.weir.gateway.facts.FactSink;
import dev.weir.gateway.facts.FrameTracker;
import dev.weir.gateway.facts.SessionFacts;
import dev.weir.gateway.facts.StreamFacts;
import dev.weir.gateway.mirror.StreamMirror.Queued;
import dev.weir.gateway.mirror.StreamMirror.QueuedEnd;
import dev.weir.gateway.mirror.StreamMirror.QueuedEntry;
import dev.weir.gateway.mirror.StreamMirror.QueuedPacket;
import dev.weir.gateway.mirror.StreamMirror.QueuedTracks;
import dev.weir.gateway.relay.RelayPacket;
import dev.weir.schemas.Gap;
import dev.weir.schemas.SenderReport;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executor;

/**
 * The mirror thread's side of one epoch: takes what {@link StreamMirror} queued, cuts batches and gives them to Kafka
 * in order, and tells the facts of what Kafka has. While Kafka takes nothing, at most a batch or two leave the queue.
 */
final class EpochLog implements BatchOwner {
    /** What the facts wait for is told in seconds. */
    private static final long FACTS_TICK_MICROS = 100_000;

    private final StreamMirror source;
    private final MirrorConfig config;
    private final Facts facts;
    private final FormerEpochs formers;
    private final ArrayDeque<OutgoingBatch> ready = new ArrayDeque<>();
    private final ArrayDeque<Unsettled> unsettled = new ArrayDeque<>();
    private final ArrayDeque<OutgoingBatch> lost = new ArrayDeque<>();
    private final Executor mirrorThread;
    private final boolean followsFrames;
    private Optional<Epoch> open = Optional.empty();
    private long pumpedMicros;
    private long factsTickMicros;
    private long batchesSent;
    private long batchesDone;

    /** What becomes of facts. */
    record Facts(FactSink sink, SessionFacts sessions) {}

    /** A batch whose producer ended before it told what became of it. */
    private record Unsettled(OutgoingBatch batch, LogProducer holder) {}

    /** The parts that follow one epoch. */
    private record Epoch(
            BatchCutter cutter, TrackConfigurations configurations, FrameTracker frames, StreamFacts stream) {}

    /** Takes what runs on the mirror thread what producers have to tell. */
    EpochLog(StreamMirror source, MirrorConfig config, Facts facts, FormerEpochs formers, Executor mirrorThread) {
        this.source = source;
        this.config = config;
        this.facts = facts;
        this.formers = formers;
        this.mirrorThread = mirrorThread;
        this.followsFrames = config.metadata().followsFrames();
    }

    /** Moves what is queued into Kafka as far as Kafka takes it. */
    void pump(LogProducer producer, long nowMicros) {
        if (open.isEmpty() && !formers.mayBegin(source.streamId(), source.epoch(), producer, System.nanoTime())) {
            return;
        }
        pumpedMicros = nowMicros;
        settle(producer);
        if (!sendReady(producer)) {
            return;
        }
        declareLost();
        for (Optional<Queued> next = source.queue().poll();
                next.isPresent();
                next = source.queue().poll()) {
            take(next.get(), producer, nowMicros);
            if (!sendReady(producer)) {
                return;
            }
        }
        open.ifPresent(epoch -> tick(epoch, nowMicros));
        sendReady(producer);
    }

    private void tick(Epoch epoch, long nowMicros) {
        epoch.cutter().tick(nowMicros);
        if (Math.abs(nowMicros - factsTickMicros) < FACTS_TICK_MICROS) {
            return;
        }
        factsTickMicros = nowMicros;
        epoch.frames().advance(nowMicros);
        if (!epoch.cutter().ended()) {
            epoch.stream().onTick(nowMicros);
        }
    }

    /** Writes the end of an epoch whose publisher is still there while the gateway stops. */
    void end(LogProducer producer, String reason, long nowMicros) {
        pump(producer, nowMicros);
        if (ready.isEmpty()) {
            open.ifPresent(epoch -> end(epoch, reason, nowMicros));
            sendReady(producer);
        }
    }

    /** Returns whether the epoch has ended and Kafka has dealt with all of it. */
    boolean finished() {
        return ready.isEmpty()
                && batchesDone == batchesSent
                && open.map(epoch -> epoch.cutter().ended()).orElse(false);
    }

    /** A batch that Kafka did not take is declared in the next batch of the epoch. */
    @Override
    public void onLost(OutgoingBatch batch) {
        mirrorThread.execute(() -> lost(batch));
    }

    @Override
    public void onAcknowledged(OutgoingBatch batch, OptionalLong offset) {
        mirrorThread.execute(() -> done(batch, offset));
    }

    @Override
    public void onUnsettled(OutgoingBatch batch, LogProducer holder) {
        mirrorThread.execute(() -> unsettled.add(new Unsettled(batch, holder)));
    }

    private void lost(OutgoingBatch batch) {
        lost.add(batch);
        done(batch, OptionalLong.empty());
    }

    private void done(OutgoingBatch batch, OptionalLong offset) {
        batchesDone++;
        if (open.isEmpty()) {
            return;
        }
        Epoch epoch = open.get();
        epoch.frames().acknowledged(batch.batch().batchNumber(), offset, batch.lastArrivalMicros());
        if (batch.ends()) {
            epoch.stream().onEnd(pumpedMicros);
        }
    }

    private void settle(LogProducer producer) {
        if (unsettled.isEmpty()) {
            return;
        }
        List<OutgoingBatch> missing = new ArrayList<>();
        for (Unsettled next = unsettled.peek(); next != null && next.holder != producer; next = unsettled.peek()) {
            unsettled.remove();
            OutgoingBatch batch = next.batch;
            OptionalLong offset = producer.written()
                    .offsetOf(
                            source.streamId(),
                            batch.batch().epoch(),
                            batch.batch().batchNumber());
            if (!producer.written().isKnown()) {
                producer.discard(batch);
                lost(batch);
            } else if (offset.isPresent()) {
                producer.account(batch);
                done(batch, offset);
            } else {
                missing.add(batch);
            }
        }
        missing.sort(
                Comparator.comparingLong((OutgoingBatch batch) -> batch.batch().batchNumber())
                        .reversed());
        missing.forEach(ready::addFirst);
        batchesSent -= missing.size();
    }

    private void take(Queued item, LogProducer producer, long nowMicros) {
        if (item instanceof QueuedPacket queued) {
            packet(epoch(queued.packet().epoch(), producer, nowMicros), queued);
        } else if (item instanceof QueuedTracks queued) {
            Epoch epoch = epoch(queued.epoch(), producer, nowMicros);
            epoch.frames().tracks(queued.tracks());
            epoch.configurations().tracks(queued.tracks());
            epoch.cutter().configuration(epoch.configurations().current(), queued.arrivalMicros());
        } else if (item instanceof QueuedEntry queued) {
            entry(epoch(queued.epoch(), producer, nowMicros), queued);
        } else if (item instanceof QueuedEnd queued) {
            end(epoch(queued.epoch(), producer, nowMicros), queued.reason(), queued.arrivalMicros());
        }
    }

    private void packet(Epoch epoch, QueuedPacket queued) {
        RelayPacket packet = queued.packet();
        long batch = epoch.cutter().packet(packet, queued.reservedBytes());
        if (followsFrames) {
            epoch.frames().packet(packet, batch);
        }
        epoch.stream().onPacket(packet.arrivalMicros());
        if (epoch.configurations().observe(packet)) {
            epoch.cutter().repeat(epoch.configurations().current());
        }
    }

    private static void entry(Epoch epoch, QueuedEntry queued) {
        if (queued.entry() instanceof SenderReport report) {
            epoch.cutter().report(report);
            epoch.frames()
                    .senderReport(report.trackIndex(), report.rid(), report.ntpTimestamp(), report.extendedTimestamp());
        } else {
            epoch.cutter().entry(queued.entry(), queued.arrivalMicros());
            epoch.frames().gap();
        }
    }

    private static void end(Epoch epoch, String reason, long nowMicros) {
        epoch.frames().gap();
        epoch.cutter().end(reason, nowMicros);
    }

    private Epoch epoch(long number, LogProducer producer, long nowMicros) {
        if (open.isEmpty()) {
            int partition = producer.partitionOf(source.streamId());
            FrameTracker frames = new FrameTracker(source.streamId(), number, partition, facts.sink());
            open = Optional.of(new Epoch(
                    new BatchCutter(source.streamId(), number, partition, config, ready::add),
                    new TrackConfigurations(),
                    frames,
                    new StreamFacts(
                            frames,
                            facts.sink(),
                            facts.sessions(),
                            source.viewers(),
                            config.metadata().statsInterval(),
                            nowMicros)));
        }
        return open.get();
    }

    private void declareLost() {
        for (OutgoingBatch batch = lost.poll(); batch != null; batch = lost.poll()) {
            Gap gap = batch.asGap("kafka-refused");
            open.map(Epoch::cutter)
                    .filter(cutter -> !cutter.ended())
                    .ifPresent(cutter -> cutter.entry(gap, gap.toArrivalMicros()));
        }
    }

    private boolean sendReady(LogProducer producer) {
        for (OutgoingBatch batch = ready.peek(); batch != null; batch = ready.peek()) {
            if (!producer.send(batch, this)) {
                return false;
            }
            batchesSent++;
            ready.remove();
        }
        return true;
    }
}
