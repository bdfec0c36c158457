package dev.weir.webrtc.codec;

import java.nio.ByteBuffer;

/** Reads the table-of-contents byte of an Opus packet (RFC 6716 section 3.1). */
public final class OpusToc {
    private OpusToc() {}

    /** Returns the duration in samples of 48 kHz (120 to 5,760), 0 when the packet is malformed or empty. */
    public static int durationSamples(ByteBuffer packet) {
        throw new UnsupportedOperationException("soon");
    }

    /** Returns the channels the encoder coded, 1 or 2; decoders can render either as the other. */
    public static int channels(ByteBuffer packet) {
        throw new UnsupportedOperationException("soon");
    }
}
