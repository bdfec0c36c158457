package dev.weir.connector.restream;

import dev.weir.schemas.RestreamTarget;
import dev.weir.schemas.TargetState;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/** Decides when a target's state is to be told, and puts it into words for the catalogue of targets. One thread. */
public final class TargetReports {
    /** How often a target is told of when nothing changes. */
    public static final Duration INTERVAL = Duration.ofSeconds(5);

    private final String streamId;
    private final String name;
    private final String target;
    private TargetState state = TargetState.UNKNOWN;
    private long sinceMicros;
    private long failures;
    private OptionalLong lastErrorMicros = OptionalLong.empty();
    private boolean changed = true;
    private boolean toldOnce;
    private long toldNanos;

    /**
     * Creates the reports of one target.
     *
     * @param target the receiver without secrets
     */
    public TargetReports(String streamId, String name, String target) {
        this.streamId = streamId;
        this.name = name;
        this.target = target;
    }

    /** Returns the key of the reports. */
    public String key() {
        return RestreamTarget.keyOf(streamId, name);
    }

    /**
     * Returns what is to be told now, if anything is: a change at once, else every {@link #INTERVAL}.
     *
     * @param nowMicros the wall clock, microseconds since 1970
     */
    public Optional<RestreamTarget> next(RestreamStatus status, long nowMicros, long nowNanos) {
        if (status.state() != state) {
            state = status.state();
            sinceMicros = nowMicros;
            changed = true;
        }
        if (status.failures() != failures) {
            failures = status.failures();
            lastErrorMicros = OptionalLong.of(nowMicros);
            changed = true;
        }
        if (!changed && toldOnce && nowNanos - toldNanos < TimeUnit.SECONDS.toNanos(INTERVAL.toSeconds())) {
            return Optional.empty();
        }
        changed = false;
        toldOnce = true;
        toldNanos = nowNanos;
        return Optional.of(new RestreamTarget(
                streamId,
                name,
                target,
                state,
                sinceMicros,
                nowMicros,
                status.bitrateBps(),
                status.delayMillis(),
                status.bytesSent(),
                status.queuedBytes(),
                status.batchesSkipped(),
                status.skips(),
                status.connects(),
                status.failures(),
                Optional.of(status.shortError()).filter(error -> !error.isEmpty()),
                lastErrorMicros));
    }
}
