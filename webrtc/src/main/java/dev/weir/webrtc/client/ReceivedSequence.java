package dev.weir.webrtc.client;

import dev.weir.webrtc.rtp.SequenceUnwrapper;

/**
 * Follows the sequence numbers of one SSRC: tells new ones from duplicates over the last 1,024, and counts what is missing.
 * On the loop only.
 */
final class ReceivedSequence {
    static final int WINDOW = 1_024;
    /** As often as browsers ask. */
    private static final int MOST_REQUESTS = 10;

    private final SequenceUnwrapper unwrapper = new SequenceUnwrapper();
    private final long[] seen = new long[WINDOW];
    private final byte[] requests = new byte[WINDOW];
    private long first = -1;
    private long received;

    /** Returns the extended sequence number, or -1 when it came before or is too old to tell. */
    long accept(int sequenceNumber) {
        long extended = unwrapper.peek(sequenceNumber);
        if (first >= 0 && (extended <= unwrapper.highest() - WINDOW || seen[slot(extended)] == extended)) {
            return -1;
        }
        for (long number = Math.max(highest() + 1, extended - WINDOW); first >= 0 && number <= extended; number++) {
            requests[slot(number)] = 0;
        }
        unwrapper.unwrap(sequenceNumber);
        if (first < 0 || extended < first) {
            first = extended;
        }
        seen[slot(extended)] = extended;
        received++;
        return extended;
    }

    /** Tells whether to ask for {@code extended}, which counts as asked for then: it is missing, and was not asked for in vain often. */
    boolean request(long extended) {
        int slot = slot(extended);
        if (first < 0 || extended < first || seen[slot] == extended || requests[slot] == MOST_REQUESTS) {
            return false;
        }
        requests[slot]++;
        return true;
    }

    /** Returns the highest extended sequence number, -1 before the first. */
    long highest() {
        return unwrapper.highest();
    }

    long received() {
        return received;
    }

    long missing() {
        return first < 0 ? 0 : highest() - first + 1 - received;
    }

    /** Returns how many there should be. */
    long expected() {
        return first < 0 ? 0 : highest() - first + 1;
    }

    private static int slot(long extended) {
        return (int) (extended & (WINDOW - 1));
    }
}
