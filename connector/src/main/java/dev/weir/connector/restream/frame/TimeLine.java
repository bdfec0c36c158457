package dev.weir.connector.restream.frame;

/**
 * The time of one connection: starts at 0 with its first frame and goes on when the publisher changes or media was skipped,
 * by the time that passed between. One thread.
 */
final class TimeLine {
    private static final long LEAST_STEP_MICROS = 20_000;

    private boolean started;
    private boolean broken;
    private long shiftMicros;
    private long endMicros;
    private long floorMicros;
    private long pauseMicros;

    /** Says that the assembler's time begins anew, {@code pauseMicros} after the last media. */
    void breakOff(long pause) {
        broken = true;
        pauseMicros = Math.max(LEAST_STEP_MICROS, pause);
    }

    /** Maps the time of a frame; negative when it is from before the connection's start or a break. */
    long map(long ptsMicros) {
        if (!started || broken) {
            floorMicros = started ? endMicros + pauseMicros : 0;
            shiftMicros = floorMicros - ptsMicros;
            started = true;
            broken = false;
        }
        long pts = ptsMicros + shiftMicros;
        endMicros = Math.max(endMicros, pts);
        return pts < floorMicros ? -1 : pts;
    }
}
