package dev.weir.gateway.session;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Holds the peer's candidates of one ICE session. Beyond 64 those of the highest priority stay, so that what is kept does
 * not depend on the order in which PATCHes overtake each other. From any thread.
 */
final class RemoteCandidates {
    private static final int MAX_CANDIDATES = 64;
    private static final int PRIORITY_FIELD = 3;
    private static final Comparator<String> RANK =
            Comparator.comparingLong(RemoteCandidates::priority).thenComparing(Comparator.naturalOrder());

    private final List<String> kept = new ArrayList<>();

    /** Returns whether {@code candidate} is new and kept. */
    synchronized boolean add(String candidate) {
        if (kept.contains(candidate)) {
            return false;
        }
        if (kept.size() < MAX_CANDIDATES) {
            return kept.add(candidate);
        }
        String lowest = kept.stream().min(RANK).orElseThrow();
        if (RANK.compare(candidate, lowest) < 0) {
            return false;
        }
        kept.remove(lowest);
        return kept.add(candidate);
    }

    /** Forgets all, for a new ICE session. */
    synchronized void clear() {
        kept.clear();
    }

    /** Returns those that are kept, in order of arrival. */
    synchronized List<String> all() {
        return List.copyOf(kept);
    }

    private static long priority(String candidate) {
        String[] fields = candidate.split(" +", PRIORITY_FIELD + 2);
        try {
            return fields.length > PRIORITY_FIELD ? Long.parseLong(fields[PRIORITY_FIELD]) : 0;
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
