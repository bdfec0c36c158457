package dev.weir.connector.restream.rtmp;

import java.nio.ByteBuffer;

/**
 * A message of RTMP (Adobe's Real Time Messaging Protocol 1.0, section 5).
 *
 * @param type one of the constants here
 * @param streamId message stream
 * @param timestampMillis low 32 bits
 * @param payload its content
 */
record RtmpMessage(int type, int streamId, long timestampMillis, ByteBuffer payload) {
    static final int SET_CHUNK_SIZE = 1;
    static final int ACKNOWLEDGEMENT = 3;
    static final int USER_CONTROL = 4;
    static final int WINDOW_SIZE = 5;
    static final int AUDIO = 8;
    static final int VIDEO = 9;
    static final int DATA = 18;
    static final int COMMAND = 20;

    /** Returns the chunk stream that messages of this type take. */
    int chunkStream() {
        return switch (type) {
            case COMMAND -> 3;
            case AUDIO -> 4;
            case DATA -> 5;
            case VIDEO -> 6;
            default -> 2;
        };
    }
}
