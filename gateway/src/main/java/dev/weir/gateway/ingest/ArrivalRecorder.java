package dev.weir.gateway.ingest;

import dev.weir.webrtc.rtcp.RtcpWriter;
import dev.weir.webrtc.rtcp.TransportFeedback;
import dev.weir.webrtc.rtp.SequenceUnwrapper;
import java.nio.ByteBuffer;

/**
 * Records when each transport-wide sequence number arrived and reports it to the sender
 * (draft-holmer-rmcat-transport-wide-cc-extensions-01), which estimates the bandwidth from it. One thread.
 */
final class ArrivalRecorder {
    private static final int WINDOW = 1024;
    private static final int MASK = WINDOW - 1;
    private static final int MOST_PER_FEEDBACK = 400;
    private static final long[] NOTHING = {};
    private static final long TICK_NANOS = TransportFeedback.TICK_MICROS * 1_000;

    private final SequenceUnwrapper sequences = new SequenceUnwrapper();
    /** Both made with the first packet: a session that never connects needs none. */
    private long[] ticks = NOTHING;

    private long[] run = NOTHING;
    private long next = -1;
    private int feedbackCount;
    private boolean started;
    private long startNanos;

    /** Notes that the packet with {@code transportSequence} arrived. */
    void onPacket(int transportSequence, long nowNanos) {
        long sequence = sequences.unwrap(transportSequence);
        long highest = sequences.highest();
        if (next < 0 || highest - next >= WINDOW) {
            next = sequence;
            if (ticks.length == 0) {
                ticks = new long[WINDOW];
                run = new long[MOST_PER_FEEDBACK];
            }
            java.util.Arrays.fill(ticks, Long.MIN_VALUE);
        }
        if (!started) {
            started = true;
            startNanos = nowNanos;
        }
        if (sequence < next) {
            return;
        }
        ticks[(int) sequence & MASK] = Math.max(0, (nowNanos - startNanos) / TICK_NANOS);
    }

    /** Returns whether there is something to report. */
    boolean hasNews() {
        return next >= 0 && next <= sequences.highest();
    }

    /** Writes the feedbacks that are due behind {@code out}'s position, as many as fit. */
    void write(ByteBuffer out, int senderSsrc, int mediaSsrc) {
        while (hasNews() && out.remaining() > 2 * MOST_PER_FEEDBACK + 100) {
            int count = (int) Math.min(MOST_PER_FEEDBACK, sequences.highest() - next + 1);
            for (int i = 0; i < count; i++) {
                run[i] = ticks[(int) (next + i) & MASK];
            }
            int reported = RtcpWriter.transportFeedback(
                    out, senderSsrc, mediaSsrc, (int) next & 0xFFFF, feedbackCount & 0xFF, run, count);
            if (reported == 0) {
                next += count;
                continue;
            }
            feedbackCount++;
            for (int i = 0; i < reported; i++) {
                ticks[(int) (next + i) & MASK] = Long.MIN_VALUE;
            }
            next += reported;
        }
    }
}
