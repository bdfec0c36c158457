package dev.weir.connector.restream;

import dev.weir.schemas.RelayBatch;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a target is in the log: which batch is next, when it is due, and what is passed over because it is too old. After
 * that, and on every new connection, it goes on at the newest keyframe. One thread, the one that sends.
 */
final class LogPosition {
    private static final Logger LOG = LoggerFactory.getLogger(LogPosition.class);
    private static final long CAUGHT_UP_MICROS = 1_000_000;
    private static final long UNKNOWN = Long.MIN_VALUE;

    private final RestreamSettings settings;
    private final BatchQueue queue;
    private final StreamHead head = new StreamHead();
    private final KeyframeBuffer keyframes = new KeyframeBuffer();
    private final ArrayDeque<LoggedBatch> again = new ArrayDeque<>();
    private final long latencyMicros;
    private final long maxDelayMicros;
    private long wantedMicros;
    private boolean seeking = true;
    private boolean skippedSinceAsked;
    private long passedOver;
    private long skips;

    LogPosition(RestreamSettings settings, BatchQueue queue) {
        this.settings = settings;
        this.queue = queue;
        this.latencyMicros = micros(settings.latency());
        this.maxDelayMicros = micros(settings.maxDelay());
        this.wantedMicros = settings.start().behind().map(LogPosition::micros).orElse(UNKNOWN);
    }

    private static long micros(Duration duration) {
        return TimeUnit.NANOSECONDS.toMicros(duration.toNanos());
    }

    /** Passes over what is too old, or before the place to begin at. */
    void advance(long nowMicros) throws InterruptedException {
        for (Optional<LoggedBatch> next = queue.peek(0); next.isPresent(); next = queue.peek(0)) {
            LoggedBatch batch = next.get();
            boolean old = isTooOld(batch.batch(), nowMicros);
            if (!seeking && !old) {
                return;
            }
            if (!seeking) {
                tellSkip(batch.batch(), nowMicros);
            }
            seeking = true;
            again.clear();
            passedOver++;
            take(batch);
            if (head.isConfigured() && isPlace(batch.batch(), nowMicros) && isLastThatIsDue(nowMicros)) {
                seeking = false;
                again.addAll(keyframes.batches());
                passedOver -= again.size();
            }
        }
    }

    private void tellSkip(RelayBatch batch, long nowMicros) {
        skips++;
        skippedSinceAsked = true;
        LOG.warn(
                "stream={} target={} is {} ms behind, more than {} ms: goes on at the newest keyframe",
                settings.streamId(),
                settings.target(),
                (nowMicros - batch.firstArrivalMicros()) / 1_000,
                (wantedMicros + latencyMicros + maxDelayMicros) / 1_000);
    }

    private boolean isTooOld(RelayBatch batch, long nowMicros) {
        return wantedMicros != UNKNOWN
                && nowMicros - batch.firstArrivalMicros() > wantedMicros + latencyMicros + maxDelayMicros;
    }

    /** Tells whether sending may begin at the newest keyframe, {@code latest} being the last batch read. */
    private boolean isPlace(RelayBatch latest, long nowMicros) {
        OptionalLong keyframe = keyframes.arrivalMicros();
        if (keyframe.isEmpty()) {
            return false;
        }
        long age = nowMicros - latest.firstArrivalMicros();
        if (wantedMicros == UNKNOWN) {
            boolean reached = settings.start()
                    .at()
                    .map(at -> latest.firstArrivalMicros() >= TimeUnit.MILLISECONDS.toMicros(at.toEpochMilli()))
                    .orElse(true);
            if (reached) {
                wantedMicros = nowMicros - keyframe.getAsLong() - latencyMicros;
            }
            return reached;
        }
        return age <= wantedMicros + latencyMicros + Math.min(CAUGHT_UP_MICROS, maxDelayMicros / 2)
                && nowMicros - keyframe.getAsLong() <= wantedMicros + latencyMicros + maxDelayMicros;
    }

    private boolean isLastThatIsDue(long nowMicros) throws InterruptedException {
        return queue.peek(0).map(next -> dueMicros(next.batch()) > nowMicros).orElse(true);
    }

    private void take(LoggedBatch batch) {
        queue.remove();
        if (head.observe(batch.batch())) {
            keyframes.add(batch, head.isConfigured() && !head.hasVideo());
        }
    }

    /** Tells whether there is something to begin with. */
    boolean isFound() {
        return !seeking;
    }

    /** Begins a new connection: at the newest keyframe of all, or at the last one that was sent, if that is not too old. */
    void rewind(long nowMicros) {
        again.clear();
        OptionalLong keyframe = keyframes.arrivalMicros();
        boolean old =
                keyframe.isEmpty() || nowMicros - keyframe.getAsLong() > wantedMicros + latencyMicros + maxDelayMicros;
        boolean found = !seeking && !old;
        seeking = true;
        if (found && (settings.catchUp() || isPlace(keyframes.latest(), nowMicros))) {
            seeking = false;
            again.addAll(keyframes.batches());
        }
        skippedSinceAsked = false;
    }

    /** Waits for the next batch, which stays where it is until {@link #done}. */
    Optional<LoggedBatch> next(long nanos) throws InterruptedException {
        return seeking ? Optional.empty() : again.isEmpty() ? queue.peek(nanos) : Optional.of(again.peek());
    }

    /** Returns when {@code batch} is to be sent, microseconds since 1970. */
    long dueMicros(RelayBatch batch) {
        return batch.firstArrivalMicros() + (wantedMicros == UNKNOWN ? 0 : wantedMicros) + latencyMicros;
    }

    /** Removes what {@link #next} gave; false when it is of an epoch that is over, and must not be sent. */
    boolean done() throws InterruptedException {
        if (!again.isEmpty()) {
            again.remove();
            return true;
        }
        LoggedBatch batch = queue.peek(0).orElseThrow();
        boolean current = head.observe(batch.batch());
        take(batch);
        return current;
    }

    /** Returns what a connection needs before {@code first}. */
    RelayBatch before(RelayBatch first) {
        return head.before(first);
    }

    /** Tells whether media was skipped since the last call or {@link #rewind}. */
    boolean skipped() {
        boolean skipped = skippedSinceAsked;
        skippedSinceAsked = false;
        return skipped;
    }

    long passedOver() {
        return passedOver;
    }

    long skips() {
        return skips;
    }
}
