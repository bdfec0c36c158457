package dev.weir.webrtc.client;

/** A payload on its way, kept for a while to answer NACKs. Never changes. */
final class SentPacket {
    private final byte[] payload;
    private final boolean marker;
    private final long timestamp;

    SentPacket(byte[] payload, boolean marker, long timestamp) {
        this.payload = payload;
        this.marker = marker;
        this.timestamp = timestamp;
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
