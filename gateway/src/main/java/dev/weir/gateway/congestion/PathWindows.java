package dev.weir.gateway.congestion;

/**
 * Sums up what became of the packets sent in each tenth of a second: how many arrived, how late the quickest of them was,
 * how many bytes. The quickest one tells a queue from jitter: a queue delays every packet, jitter spares some. One thread.
 */
final class PathWindows {
    static final long WINDOW_NANOS = 100_000_000;
    private static final int COUNT = 64;
    private static final int MASK = COUNT - 1;

    private final long[] numbers = new long[COUNT];
    private final int[] arrived = new int[COUNT];
    private final int[] lost = new int[COUNT];
    private final long[] bytes = new long[COUNT];
    private final long[] sentBytes = new long[COUNT];
    private final long[] minDelay = new long[COUNT];
    private final long[] lastArrival = new long[COUNT];
    private long newest = Long.MIN_VALUE;

    static long numberOf(long sentNanos) {
        return Math.floorDiv(sentNanos, WINDOW_NANOS);
    }

    private int slot(long number) {
        int slot = (int) number & MASK;
        if (numbers[slot] != number || (arrived[slot] + lost[slot] == 0 && sentBytes[slot] == 0)) {
            numbers[slot] = number;
            arrived[slot] = 0;
            lost[slot] = 0;
            bytes[slot] = 0;
            sentBytes[slot] = 0;
            minDelay[slot] = Long.MAX_VALUE;
            lastArrival[slot] = Long.MIN_VALUE;
        }
        return slot;
    }

    /** Counts what was sent, where that is known: feedback is lost too, and tells less of it then. */
    void onSent(long sentNanos, int size) {
        sentBytes[slot(numberOf(sentNanos))] += size;
    }

    void onArrived(long sentNanos, long arrivalNanos, int size) {
        long number = numberOf(sentNanos);
        int slot = slot(number);
        newest = Math.max(newest, number);
        arrived[slot]++;
        bytes[slot] += size;
        minDelay[slot] = Math.min(minDelay[slot], arrivalNanos - sentNanos);
        lastArrival[slot] = Math.max(lastArrival[slot], arrivalNanos);
    }

    void onLost(long sentNanos) {
        lost[slot(numberOf(sentNanos))]++;
    }

    /** A packet that was reported as lost came after all. */
    void onFound(long sentNanos) {
        int slot = slot(numberOf(sentNanos));
        lost[slot] = Math.max(0, lost[slot] - 1);
    }

    /** Returns the number of the window of the newest packet that arrived, {@link Long#MIN_VALUE} before the first. */
    long newest() {
        return newest;
    }

    int arrived(long number) {
        return holds(number) ? arrived[(int) number & MASK] : 0;
    }

    long minDelay(long number) {
        return minDelay[(int) number & MASK];
    }

    private boolean holds(long number) {
        return numbers[(int) number & MASK] == number;
    }

    /** Returns the part of the packets of the windows {@code from} to {@code to} that was lost, 0 without packets. */
    double lossFraction(long from, long to) {
        int got = 0;
        int missing = 0;
        for (long number = from; number <= to; number++) {
            if (holds(number)) {
                got += arrived[(int) number & MASK];
                missing += lost[(int) number & MASK];
            }
        }
        // A handful of packets tells nothing about the path.
        return got + missing < 20 ? 0 : (double) missing / (got + missing);
    }

    /** Returns at which rate the windows {@code from} to {@code to} were sent; what is not known by what is reported. */
    long sentBps(long from, long to) {
        long sum = 0;
        for (long number = from; number <= to; number++) {
            int slot = (int) number & MASK;
            if (holds(number) && sentBytes[slot] > 0) {
                sum += sentBytes[slot];
            } else if (holds(number) && arrived[slot] > 0) {
                sum += bytes[slot] * (arrived[slot] + lost[slot]) / arrived[slot];
            }
        }
        return sum * 8_000 / ((to - from + 1) * (WINDOW_NANOS / 1_000_000));
    }

    /** Returns the rate at which what was sent in the windows {@code from} to {@code to} arrived, 0 when unknown. */
    long arrivalBps(long from, long to) {
        long sum = 0;
        long unreported = 0;
        long first = Long.MAX_VALUE;
        long last = Long.MIN_VALUE;
        for (long number = from; number <= to; number++) {
            int slot = (int) number & MASK;
            if (holds(number) && arrived[slot] > 0) {
                if (first == Long.MAX_VALUE) {
                    first = lastArrival[slot];
                } else {
                    sum += arrivedBytes(slot) + unreported;
                }
                unreported = 0;
                last = Math.max(last, lastArrival[slot]);
            } else if (holds(number) && lost[slot] == 0 && first != Long.MAX_VALUE) {
                unreported += sentBytes[slot];
            }
        }
        return last - first < WINDOW_NANOS ? 0 : sum * 8_000 / ((last - first) / 1_000_000);
    }

    /** What no feedback told of is taken to have come as what it told of. */
    private long arrivedBytes(int slot) {
        return sentBytes[slot] > 0 ? sentBytes[slot] * arrived[slot] / (arrived[slot] + lost[slot]) : bytes[slot];
    }
}
