package dev.weir.webrtc.client;

import org.jspecify.annotations.Nullable;

/** Keeps the last packets of one SSRC by sequence number. */
final class SentHistory {
    /** About two seconds of 2 Mbit/s. */
    static final int CAPACITY = 512;

    private final @Nullable SentPacket[] packets = new SentPacket[CAPACITY];
    private final int[] sequenceNumbers = new int[CAPACITY];

    void add(int sequenceNumber, SentPacket packet) {
        int slot = sequenceNumber % CAPACITY;
        packets[slot] = packet;
        sequenceNumbers[slot] = sequenceNumber;
    }

    @Nullable
    SentPacket find(int sequenceNumber) {
        int slot = sequenceNumber % CAPACITY;
        return sequenceNumbers[slot] == sequenceNumber ? packets[slot] : null;
    }
}
