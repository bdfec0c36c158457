package dev.weir.standalone.demo;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Counts what a viewer receives. Called on the viewer's event loop, read from another thread. */
final class ViewerCount {

    private final Map<Integer, Received> byTrack = new HashMap<>();

    /** Counts a packet of the track. */
    synchronized void add(int track, long extendedSequence) {
        byTrack.computeIfAbsent(track, index -> new Received()).add(extendedSequence);
    }

    /** Returns the different packets that came. */
    synchronized long packets() {
        return byTrack.values().stream().mapToLong(Received::packets).sum();
    }

    /** Returns the packets that are missing between the first and the last one of each track. */
    synchronized long missing() {
        return byTrack.values().stream().mapToLong(Received::missing).sum();
    }

    private static final class Received {

        private final Set<Long> sequences = new HashSet<>();
        private long first = Long.MAX_VALUE;
        private long last = Long.MIN_VALUE;

        void add(long extendedSequence) {
            sequences.add(extendedSequence);
            first = Math.min(first, extendedSequence);
            last = Math.max(last, extendedSequence);
        }

        long packets() {
            return sequences.size();
        }

        long missing() {
            return last - first + 1 - sequences.size();
        }
    }
}
