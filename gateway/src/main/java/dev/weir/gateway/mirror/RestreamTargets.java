package dev.weir.gateway.mirror;

import dev.weir.schemas.RestreamTarget;
import dev.weir.schemas.TargetState;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Knows what the targets of restreaming do. A target that has ended is shown for a while, and so is one of which nothing more
 * is heard; who removes a target tells nobody. Forgets the oldest of many. Any thread.
 */
final class RestreamTargets {
    private static final int REMEMBERED = 10_000;
    private static final Duration ENDED = Duration.ofMinutes(5);
    private static final Duration SILENT = Duration.ofMinutes(30);

    private record Key(String streamId, String name) {}

    private final InstantSource clock;
    private final Map<Key, RestreamTarget> latest = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, RestreamTarget> eldest) {
            return size() > REMEMBERED;
        }
    };

    RestreamTargets(InstantSource clock) {
        this.clock = clock;
    }

    synchronized void heard(RestreamTarget target) {
        Key key = new Key(target.streamId(), target.name());
        Optional<RestreamTarget> before = Optional.ofNullable(latest.remove(key));
        latest.put(
                key,
                before.filter(known -> known.updatedMicros() > target.updatedMicros())
                        .orElse(target));
    }

    /** Returns the targets of a stream by name. */
    synchronized List<RestreamTarget> of(String streamId) {
        long nowMicros = StreamMirror.microsOf(clock);
        return latest.values().stream()
                .filter(target -> target.streamId().equals(streamId))
                .filter(target -> nowMicros - target.updatedMicros() < shownMicros(target))
                .sorted(Comparator.comparing(RestreamTarget::name))
                .toList();
    }

    private static long shownMicros(RestreamTarget target) {
        return (target.state() == TargetState.STOPPED ? ENDED : SILENT).toMillis() * 1_000;
    }
}
