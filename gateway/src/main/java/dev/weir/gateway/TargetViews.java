package dev.weir.gateway;

import dev.weir.gateway.http.TargetView;
import dev.weir.schemas.RestreamTarget;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;

/** Turns what the log tells of targets into what HTTP shows of them. */
final class TargetViews {
    private static final double MICROS = 1_000_000.0;
    private static final double NEVER = -1;

    private TargetViews() {}

    static List<TargetView> of(List<RestreamTarget> targets, Instant now) {
        long nowMicros = ChronoUnit.MICROS.between(Instant.EPOCH, now);
        return targets.stream().map(target -> of(target, nowMicros)).toList();
    }

    private static TargetView of(RestreamTarget target, long nowMicros) {
        return new TargetView(
                target.name(),
                target.target(),
                target.state().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                secondsSince(target.sinceMicros(), nowMicros),
                secondsSince(target.updatedMicros(), nowMicros),
                target.bitrateBps(),
                target.delayMillis(),
                target.bytesSent(),
                target.batchesSkipped(),
                target.connects(),
                target.failures(),
                target.lastError().orElse(""),
                target.lastErrorMicros().isPresent()
                        ? secondsSince(target.lastErrorMicros().getAsLong(), nowMicros)
                        : NEVER);
    }

    /** The clocks of two machines may differ a little: nothing is told of the future. */
    private static double secondsSince(long micros, long nowMicros) {
        return Math.max(0, nowMicros - micros) / MICROS;
    }
}
