package dev.weir.webrtc.client;

/** A payload on its way, kept for a while to answer NACKs. Never changes. */
final class SentPacket {
    private final byte[] payload;
    private final boolean marker;
    private final long timestamp;
    private final int sequenceNumber;

    /** Takes a packet; a negative {@code sequenceNumber} means the next one. */
    SentPacket(byte[] payload, boolean marker, long timestamp, int sequenceNumber) {
        this.payload = payload;
        this.marker = marker;
        this.timestamp = timestamp;
        this.sequenceNumber = sequenceNumber;
    }

    int sequenceNumber(int next) {
        return sequenceNumber < 0 ? next : sequenceNumber;
    }

    byte[] payload() {
        return payload;
    }

    boolean marker() {
        return marker;
    }

    long timestamp() {
        return timestamp;
    }
}
