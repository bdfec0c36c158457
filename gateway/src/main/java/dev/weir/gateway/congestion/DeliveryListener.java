package dev.weir.gateway.congestion;

/** Hears what became of packets that were sent with a mark, by the receiver's transport-wide feedback. One thread. */
public interface DeliveryListener {
    /** The packet with {@code mark}, sent at {@code sentNanos}, has not come, though later ones have. Told once. */
    void onLost(int mark, long sentNanos);

    /** The packet with {@code mark} came; with {@code toldLost} {@link #onLost} was premature. Told once. */
    void onArrived(int mark, boolean toldLost);
}
