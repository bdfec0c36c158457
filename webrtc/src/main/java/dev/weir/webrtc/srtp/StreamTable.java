package dev.weir.webrtc.srtp;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one replay window per SSRC. A session has a handful of streams, so a scan of an int array beats a map and boxes
 * nothing.
 */
final class StreamTable {
    /** More SSRCs than any real session; a peer that makes up more is refused. */
    static final int MAX_STREAMS = 256;

    private int[] ssrcs = new int[8];
    private ReplayWindow[] windows = new ReplayWindow[8];
    private int size;

    @Nullable
    ReplayWindow find(int ssrc) {
        for (int i = 0; i < size; i++) {
            if (ssrcs[i] == ssrc) {
                return windows[i];
            }
        }
        return null;
    }

    boolean isFull() {
        return size == MAX_STREAMS;
    }

    /** Adds a stream that is not there yet. */
    ReplayWindow add(int ssrc) {
        if (size == ssrcs.length) {
            ssrcs = Arrays.copyOf(ssrcs, size * 2);
            windows = Arrays.copyOf(windows, size * 2);
        }
        ReplayWindow window = new ReplayWindow();
        ssrcs[size] = ssrc;
        windows[size] = window;
        size++;
        return window;
    }

    /**
     * Returns the 48-bit index (roll-over counter and sequence number) that is nearest to the highest one seen (RFC 3711
     * section 3.3.1); negative when that would be before the first roll-over.
     */
    static long estimateIndex(@Nullable ReplayWindow window, int sequenceNumber) {
        if (window == null || window.highest() < 0) {
            return sequenceNumber;
        }
        long highest = window.highest();
        int distance = (short) (sequenceNumber - (int) highest);
        return highest + distance;
    }
}
