package dev.weir.connector.archive;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Compares the frames of one track in the archive with those of the log, in order. If the two sequences are equal nothing is
 * counted but matches; if they differ something else is counted. One thread.
 */
final class FrameMatch {
    /** Frames that a repetition is looked for among. */
    private static final int RECENT = 64;

    private final List<Long> logged;
    private final Deque<Long> recent = new ArrayDeque<>();
    private boolean started;
    private int next;
    private long archived;
    private long lost;
    private long duplicated;
    private long damaged;
    private long unproven;

    /** Compares with {@code logged}; a truncated log lacks the beginning, which then proves nothing. */
    FrameMatch(List<Long> logged, boolean truncated) {
        this.logged = logged;
        this.started = !truncated;
    }

    /** Takes the next frame of the archive. */
    void add(long digest) {
        if (next < logged.size() && logged.get(next) == digest) {
            match(digest);
            return;
        }
        if (recent.contains(digest)) {
            duplicated++;
            return;
        }
        int found = find(digest);
        if (found >= 0) {
            lost += started ? found - next : 0;
            next = found;
            match(digest);
        } else if (!started) {
            unproven++;
        } else if (next < logged.size()) {
            damaged++;
            next++;
        } else {
            damaged++;
        }
    }

    /** Takes frames that are in the archive but cannot be read. */
    void addUnreadable(long frames) {
        damaged += frames;
        next = (int) Math.min(logged.size(), next + frames);
    }

    private int find(long digest) {
        for (int i = next; i < logged.size(); i++) {
            if (logged.get(i) == digest) {
                return i;
            }
        }
        return -1;
    }

    private void match(long digest) {
        started = true;
        archived++;
        next++;
        recent.addLast(digest);
        if (recent.size() > RECENT) {
            recent.removeFirst();
        }
    }

    /** Returns the frames of the log behind the last one in the archive. */
    long left() {
        return (long) logged.size() - next;
    }

    long archived() {
        return archived;
    }

    long lost() {
        return lost;
    }

    long duplicated() {
        return duplicated;
    }

    long damaged() {
        return damaged;
    }

    long unproven() {
        return unproven;
    }
}
