package dev.weir.gateway.congestion;

/**
 * Tells a path that mostly delays packets behind later ones from a path that loses them: on the first, what feedback tells as
 * lost is likely to come yet. One thread.
 */
final class Reordering {
    /** Part of a new value by which the averages follow: some hundred packets. */
    private static final double LEARNING = 1.0 / 128;

    private static final double LEAST_LATE = 0.01;

    private double late;
    private double lost;
    private long lastArrivalTicks = Long.MIN_VALUE;

    /** The next packet has not come. */
    void onLost() {
        late -= late * LEARNING;
        lost += (1 - lost) * LEARNING;
    }

    /** A packet came: the next one, or one that was {@code found} after it had been told as lost. */
    void onArrived(long arrivalTicks, boolean found) {
        boolean overtook = !found && arrivalTicks < lastArrivalTicks;
        late += ((found || overtook ? 1 : 0) - late) * LEARNING;
        lost -= lost * LEARNING;
        lastArrivalTicks = found ? lastArrivalTicks : arrivalTicks;
    }

    /** Returns whether more packets come late than are told as lost, of which many are then late ones too. */
    boolean prevails() {
        return late > LEAST_LATE && late > lost;
    }
}
