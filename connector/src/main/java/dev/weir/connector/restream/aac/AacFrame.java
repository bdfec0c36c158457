package dev.weir.connector.restream.aac;

import java.nio.ByteBuffer;

/**
 * One raw AAC frame.
 *
 * @param index counts up from 0
 * @param positionSamples when it begins, in samples of 48 kHz on the encoder's time line
 * @param data the frame without ADTS header; read-only
 */
public record AacFrame(long index, long positionSamples, ByteBuffer data) {
    /** Samples in a frame. */
    public static final int SAMPLES = 1_024;

    /** What the encoder makes: 48 kHz. */
    public static final int RATE_HZ = 48_000;

    /** What the encoder makes: stereo. */
    public static final int CHANNELS = 2;

    private static final byte[] SILENCE = {0x21, 0x10, 0x04, 0x60, (byte) 0x8C, 0x1C};

    /** Makes the data read-only. */
    public AacFrame {
        data = data.isReadOnly() ? data : data.asReadOnlyBuffer();
    }

    /** Returns the AudioSpecificConfig of AAC-LC, 48 kHz, stereo (ISO/IEC 14496-3 section 1.6.2.1). */
    public static ByteBuffer configuration() {
        return ByteBuffer.wrap(new byte[] {0x11, (byte) 0x90}).asReadOnlyBuffer();
    }

    /** Returns the data of a silent frame, as FFmpeg's encoder makes it. */
    public static ByteBuffer silence() {
        return ByteBuffer.wrap(SILENCE).asReadOnlyBuffer();
    }
}
