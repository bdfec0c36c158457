package dev.weir.webrtc.ice;

/** Remembers how a controlling peer nominated one path, to choose among several. One loop. */
final class Nomination {
    /** Age at which the nomination in force no longer outranks one of lower priority. */
    private static final long FRESH_NANOS = 1_000_000_000L;

    private boolean inForce;
    private long priority;
    private long lastNanos;

    /** Notes that the latest check on the path did, or did not, nominate it. */
    void note(boolean nominates, long checkPriority, long nowNanos) {
        inForce = nominates;
        if (nominates) {
            priority = checkPriority;
            lastNanos = nowNanos;
        }
    }

    boolean isInForce() {
        return inForce;
    }

    /**
     * Returns whether this nomination, which is new, replaces {@code current}. The latest wins, unless the peer nominates
     * several paths at a time (aggressive nomination): then the one of the highest priority stays.
     */
    boolean outranks(Nomination current, long nowNanos) {
        return !current.inForce || priority >= current.priority || nowNanos - current.lastNanos > FRESH_NANOS;
    }
}
