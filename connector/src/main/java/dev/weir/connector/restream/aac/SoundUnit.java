package dev.weir.connector.restream.aac;

import dev.weir.webrtc.codec.Codec;
import dev.weir.webrtc.codec.OpusToc;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** What one packet of a publisher's audio decodes to, and silence in the same codec. */
final class SoundUnit {
    static final int SILENCE_SAMPLES = 960;

    private static final byte[] SILENT_OPUS = {(byte) 0xF8, (byte) 0xFF, (byte) 0xFE};
    private static final byte MU_LAW_ZERO = (byte) 0xFF;
    private static final byte A_LAW_ZERO = (byte) 0xD5;
    private static final int PER_MILLI = 8;

    private SoundUnit() {}

    /** Returns how many samples of 48 kHz a packet decodes to. */
    static long samples(Codec codec, int channels, ByteBuffer data) {
        return codec == Codec.OPUS
                ? Math.max(120, OpusToc.durationSamples(data))
                : (long) data.remaining() / Math.max(1, channels) * (AacFrame.RATE_HZ / 1_000) / PER_MILLI;
    }

    /** Returns a packet of {@link #SILENCE_SAMPLES} samples of silence. */
    static ByteBuffer silence(Codec codec, int channels) {
        if (codec == Codec.OPUS) {
            return ByteBuffer.wrap(SILENT_OPUS);
        }
        byte[] zeros = new byte[20 * PER_MILLI * Math.max(1, channels)];
        Arrays.fill(zeros, codec == Codec.PCMU ? MU_LAW_ZERO : A_LAW_ZERO);
        return ByteBuffer.wrap(zeros);
    }
}
