package dev.weir.gateway.mirror;

import dev.weir.gateway.mirror.MirrorHealth.State;
import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Judges the mirror's health and logs when it changes. */
final class MirrorWatch {
    private static final Logger LOG = LoggerFactory.getLogger(MirrorWatch.class);
    private static final Duration STALL = Duration.ofSeconds(5);

    /** For how long a loss keeps the mirror degraded. */
    private static final long LOSS_MEMORY_NANOS = Duration.ofSeconds(10).toNanos();

    private static final long LOOK_NANOS = Duration.ofSeconds(1).toNanos();

    private final KafkaLink link;
    private final MirrorCounters counters;
    private long lastLookNanos;
    private boolean looked;
    private long lossesSeen;
    private State stateLogged = State.CONNECTING;
    private volatile boolean lossEver;
    private volatile long lastLossNanos;

    MirrorWatch(KafkaLink link, MirrorCounters counters) {
        this.link = link;
        this.counters = counters;
    }

    /** Looks once a second; mirror thread. */
    void onTurn(long nowNanos) {
        if (looked && nowNanos - lastLookNanos < LOOK_NANOS) {
            return;
        }
        looked = true;
        lastLookNanos = nowNanos;
        long losses = counters.packetsDropped.sum() + counters.packetsFailed.sum();
        if (losses != lossesSeen) {
            lossesSeen = losses;
            lastLossNanos = nowNanos;
            lossEver = true;
        }
        MirrorHealth health = health(nowNanos);
        if (health.state() != stateLogged) {
            if (health.isUp()) {
                LOG.info("mirror state=UP was={}", stateLogged);
            } else {
                LOG.warn("mirror state={} was={} {}", health.state(), stateLogged, health.detail());
            }
            stateLogged = health.state();
        }
    }

    /** Judges; any thread. */
    MirrorHealth health(long nowNanos) {
        Optional<LogProducer> producer = link.current().map(Connection::media);
        if (producer.isEmpty()) {
            State state = link.everConnected() || !link.lastError().isEmpty() ? State.DEGRADED : State.CONNECTING;
            return new MirrorHealth(state, "Kafka cannot be reached: " + link.lastError());
        }
        Optional<Exception> failure = producer.get().failure();
        Duration stalled = producer.get().stalledFor(nowNanos);
        if (stalled.compareTo(STALL) > 0) {
            String error = link.lastError().isEmpty()
                    ? failure.filter(cause -> !(cause instanceof TimeoutException))
                            .map(Exception::getMessage)
                            .orElse("")
                    : link.lastError();
            return new MirrorHealth(
                    State.DEGRADED,
                    "no acknowledgement from Kafka for " + stalled.toSeconds() + " s"
                            + (error.isEmpty() ? "" : ": " + error));
        }
        if (failure.isPresent()) {
            String what = failure.get() instanceof TimeoutException ? "Kafka does not answer: " : "Kafka refuses: ";
            return new MirrorHealth(State.DEGRADED, what + failure.get().getMessage());
        }
        if (lossEver && nowNanos - lastLossNanos < LOSS_MEMORY_NANOS) {
            return new MirrorHealth(State.DEGRADED, "media was left out of the log; the log declares it as a gap");
        }
        return new MirrorHealth(State.UP, "");
    }
}
