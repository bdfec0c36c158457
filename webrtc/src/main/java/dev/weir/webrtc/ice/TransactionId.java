package dev.weir.webrtc.ice;

import java.security.SecureRandom;

/** Holds the 96 bits that tie a response to its request (RFC 8489 section 5); unpredictable. */
record TransactionId(long high, int low) {
    private static final SecureRandom RANDOM = new SecureRandom();

    static TransactionId random() {
        return new TransactionId(RANDOM.nextLong(), RANDOM.nextInt());
    }
}
