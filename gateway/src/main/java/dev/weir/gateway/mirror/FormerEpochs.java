package dev.weir.gateway.mirror;

import dev.weir.gateway.facts.FactSink;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the epochs that a gateway left without an end because it died: when a publisher comes for such a stream, before its own
 * epoch, and else once nobody has said anything of the stream for a while (another gateway may still make it). What the dead
 * one held is not known, so a gap is declared behind the last batch of the epoch. Mirror thread, except what {@link BatchOwner}
 * says.
 */
final class FormerEpochs implements BatchOwner {
    private static final Logger LOG = LoggerFactory.getLogger(FormerEpochs.class);

    /** A new epoch waits for as long, while it is not known yet whether it has such a predecessor. */
    private static final long PATIENCE_NANOS = Duration.ofSeconds(10).toNanos();

    /** A live gateway renews the catalogue every 5 s. */
    private static final long SILENCE_NANOS = Duration.ofSeconds(35).toNanos();

    private final KafkaMirror.Connector connector;
    private final Function<Callable<List<UnfinishedEpoch>>, Future<List<UnfinishedEpoch>>> aside;
    private final FactSink sink;
    private final InstantSource clock;
    private final Map<String, UnfinishedEpoch> found = new HashMap<>();
    private final Queue<OutgoingBatch> ready = new ArrayDeque<>();
    private final Map<String, UnfinishedEpoch> ending = new ConcurrentHashMap<>();
    private Optional<Future<List<UnfinishedEpoch>>> look = Optional.empty();
    private int looks;
    private boolean known;
    private long lookedNanos;

    /** Takes how to run what blocks. */
    FormerEpochs(
            KafkaMirror.Connector connector,
            Function<Callable<List<UnfinishedEpoch>>, Future<List<UnfinishedEpoch>>> aside,
            FactSink sink,
            InstantSource clock) {
        this.connector = connector;
        this.aside = aside;
        this.sink = sink;
        this.clock = clock;
    }

    /** Looks once when Kafka is there, and once more for the streams that nobody has come for. */
    void turn(LogProducer producer, long nowNanos) {
        if (look.isPresent()) {
            look.filter(Future::isDone).ifPresent(this::finishLook);
        } else if (looks == 0 || (!found.isEmpty() && nowNanos - lookedNanos >= SILENCE_NANOS)) {
            looks++;
            lookedNanos = nowNanos;
            look = Optional.of(aside.apply(connector::unfinished));
        }
        sendReady(producer);
    }

    private void finishLook(Future<List<UnfinishedEpoch>> done) {
        look = Optional.empty();
        boolean first = !known;
        known = true;
        try {
            if (first) {
                done.get().forEach(epoch -> found.put(epoch.state().streamId(), epoch));
            } else {
                endSilent(done.get());
            }
        } catch (ExecutionException e) {
            LOG.warn(
                    "whether a gateway has left epochs without an end cannot be told: {}",
                    String.valueOf(e.getCause()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void endSilent(List<UnfinishedEpoch> now) {
        for (UnfinishedEpoch epoch : now) {
            UnfinishedEpoch before = found.remove(epoch.state().streamId());
            if (before != null && before.isSilentSince(epoch.state())) {
                end(epoch, epoch.state().updatedMicros());
            }
        }
        found.clear();
    }

    /** Returns whether an epoch of the stream may begin now; its predecessor has been ended then, if it needed that. */
    boolean mayBegin(String streamId, long epoch, LogProducer producer, long nowNanos) {
        if (!known) {
            return looks > 0 && nowNanos - lookedNanos >= PATIENCE_NANOS;
        }
        UnfinishedEpoch former = found.get(streamId);
        if (former != null && former.state().epoch() < epoch) {
            found.remove(streamId);
            end(former, StreamMirror.microsOf(clock));
        }
        sendReady(producer);
        return ready.stream().noneMatch(batch -> batch.batch().streamId().equals(streamId));
    }

    private void end(UnfinishedEpoch epoch, long untilMicros) {
        if (epoch.ended()) {
            sink.stream(epoch.offline(OptionalLong.empty(), StreamMirror.microsOf(clock)));
            return;
        }
        LOG.warn(
                "stream={} epoch={} was left without an end by a gateway that died; declared as a gap behind batch={}",
                epoch.state().streamId(),
                epoch.state().epoch(),
                epoch.lastBatch());
        ending.put(epoch.state().streamId(), epoch);
        ready.add(epoch.end(untilMicros));
    }

    private void sendReady(LogProducer producer) {
        for (OutgoingBatch batch = ready.peek(); batch != null && producer.send(batch, this); batch = ready.peek()) {
            ready.remove();
        }
    }

    @Override
    public void onAcknowledged(OutgoingBatch batch, OptionalLong offset) {
        UnfinishedEpoch epoch = ending.remove(batch.batch().streamId());
        if (epoch != null) {
            sink.stream(epoch.offline(offset, StreamMirror.microsOf(clock)));
        }
    }

    @Override
    public void onLost(OutgoingBatch batch) {
        ending.remove(batch.batch().streamId());
    }

    /** Whether the end was written does not matter enough to be looked up: readers take the next epoch for it too. */
    @Override
    public void onUnsettled(OutgoingBatch batch, LogProducer holder) {
        ending.remove(batch.batch().streamId());
    }
}
