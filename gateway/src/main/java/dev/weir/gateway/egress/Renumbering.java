package dev.weir.gateway.egress;

import org.jspecify.annotations.Nullable;

/**
 * Maps the growing numbers of one source after another to one row without jumps, in which numbers of the source can be
 * left out and numbers added. What is merely missing keeps its place, so that it can come late. One thread; allocates once,
 * when a number is left out or added for the first time.
 */
final class Renumbering {
    /** Returned for what has no place any more: from before the source was taken up, too old, or left out. */
    static final long NOWHERE = Long.MIN_VALUE;

    private final int memory;
    private long begin = Long.MAX_VALUE;
    private long highest = Long.MIN_VALUE;
    private long offset;

    /** Offset of each of the last numbers, doubled, and 1 added when it was left out. */
    private long @Nullable [] recent;

    private long recentFrom;
    private long offsetBefore;

    /** Remembers the last {@code memory} numbers, a power of two. */
    Renumbering(int memory) {
        this.memory = memory;
    }

    /** Goes on with another source, or behind a hole of the same: {@code source} becomes {@code target}. */
    void follow(long source, long target) {
        begin = source;
        highest = source - 1;
        offset = target - source;
        offsetBefore = offset;
        recentFrom = source;
    }

    /** Returns whether numbers come out as they came in. */
    boolean isIdentity() {
        return offset == 0 && recent == null;
    }

    /** Returns the number that {@code source} gets, {@link #NOWHERE} for none. */
    long map(long source) {
        if (source > highest) {
            advance(source);
            return source + offset;
        }
        return late(source);
    }

    /**
     * Leaves {@code source} out: the next one takes its place. For a late one that is not possible; its place is returned
     * then, to be filled with something empty, otherwise {@link #NOWHERE}.
     */
    long skip(long source) {
        if (source <= highest) {
            return late(source);
        }
        long[] slots = slots();
        advance(source);
        slots[(int) source & (memory - 1)] = offset << 1 | 1;
        offset--;
        return NOWHERE;
    }

    /** Returns a number for something of our own right before {@code source}, {@link #NOWHERE} when that is not the newest. */
    long insert(long source) {
        if (source <= highest) {
            return NOWHERE;
        }
        long[] unused = slots();
        advance(source - 1);
        return source + offset++;
    }

    private long[] slots() {
        long[] slots = recent;
        if (slots == null) {
            slots = new long[memory];
            recent = slots;
            recentFrom = highest + 1;
            offsetBefore = offset;
        }
        return slots;
    }

    private void advance(long source) {
        long[] slots = recent;
        if (slots != null) {
            for (long number = Math.max(highest + 1, source - memory + 1); number <= source; number++) {
                slots[(int) number & (memory - 1)] = offset << 1;
            }
        }
        highest = source;
    }

    private long late(long source) {
        if (source < begin) {
            return NOWHERE;
        }
        long[] slots = recent;
        if (slots == null || source < recentFrom) {
            return source + offsetBefore;
        }
        if (source <= highest - memory) {
            return NOWHERE;
        }
        long slot = slots[(int) source & (memory - 1)];
        return (slot & 1) != 0 ? NOWHERE : source + (slot >> 1);
    }
}
