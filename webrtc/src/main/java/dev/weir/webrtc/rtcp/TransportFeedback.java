package dev.weir.webrtc.rtcp;

/**
 * Tells for a run of transport-wide sequence numbers which packets arrived and when
 * (draft-holmer-rmcat-transport-wide-cc-extensions-01 section 3.1). Immutable.
 */
public final class TransportFeedback {
    /** Length of one arrival tick: 250 microseconds. */
    public static final long TICK_MICROS = 250;

    private final int baseSequence;
    private final int feedbackCount;
    private final long[] arrivalTicks;

    TransportFeedback(int baseSequence, int feedbackCount, long[] arrivalTicks) {
        this.baseSequence = baseSequence;
        this.feedbackCount = feedbackCount;
        this.arrivalTicks = arrivalTicks;
    }

    /** Returns the transport-wide sequence number of the first packet. */
    public int baseSequence() {
        return baseSequence;
    }

    /** Returns the 8-bit counter of feedback packets. */
    public int feedbackCount() {
        return feedbackCount;
    }

    /** Returns how many consecutive sequence numbers are reported. */
    public int packetCount() {
        return arrivalTicks.length;
    }

    /** Tells whether the packet {@code baseSequence + index} arrived. */
    public boolean isReceived(int index) {
        return arrivalTicks[index] != Long.MIN_VALUE;
    }

    /** Returns the arrival in ticks of 250 µs of the receiver's clock (24-bit reference, wraps), only for received packets. */
    public long arrivalTicks(int index) {
        return arrivalTicks[index];
    }
}
