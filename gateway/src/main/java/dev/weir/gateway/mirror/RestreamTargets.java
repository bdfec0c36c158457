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
 * Knows what the targets of restreaming do. A target that has ended is shown for a while, because it may only have moved, and so
 * is one of which nothing more is heard. Forgets the oldest of many. Any thread.
 */
final class RestreamTargets implements TopicWatch.Listener<RestreamTarget> {
    private static final int REMEMBERED = 10_000;
    private static final Duration ENDED = Duration.ofMinutes(5);
    private static final Duration SILENT = Duration.ofMinutes(30);

    private final InstantSource clock;
    private final Map<String, RestreamTarget> latest = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, RestreamTarget> eldest) {
            return size() > REMEMBERED;
        }
    };

    RestreamTargets(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public synchronized void heard(RestreamTarget target, long writtenMicros) {
        String key = RestreamTarget.keyOf(target.streamId(), target.name());
        Optional<RestreamTarget> before = Optional.ofNullable(latest.remove(key));
        latest.put(
                key,
                before.filter(known -> known.updatedMicros() > target.updatedMicros())
                        .orElse(target));
    }

    @Override
    public synchronized void removed(String key) {
        latest.remove(key);
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
