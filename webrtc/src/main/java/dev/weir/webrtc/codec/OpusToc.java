package dev.weir.webrtc.codec;

import java.nio.ByteBuffer;

/** Reads the table-of-contents byte of an Opus packet (RFC 6716 section 3.1). */
public final class OpusToc {
    private static final int MAX_SAMPLES = 5_760;

    private OpusToc() {}

    /** Returns the duration in samples of 48 kHz (120 to 5,760), 0 when the packet is malformed or empty. */
    public static int durationSamples(ByteBuffer packet) {
        if (!packet.hasRemaining()) {
            return 0;
        }
        int toc = packet.get(packet.position()) & 0xFF;
        int frames = switch (toc & 3) {
            case 0 -> 1;
            case 1, 2 -> 2;
            default -> packet.remaining() < 2 ? 0 : packet.get(packet.position() + 1) & 0x3F;
        };
        int samples = frames * frameSamples(toc >>> 3);
        return samples <= MAX_SAMPLES ? samples : 0;
    }

    private static int frameSamples(int configuration) {
        if (configuration < 12) {
            return configuration % 4 == 3 ? 2_880 : 480 << configuration % 4; // SILK: 10, 20, 40, 60 ms
        }
        if (configuration < 16) {
            return 480 << configuration % 2; // Hybrid: 10, 20 ms
        }
        return 120 << configuration % 4; // CELT: 2.5, 5, 10, 20 ms
    }

    /** Returns the channels the encoder coded, 1 or 2; decoders can render either as the other. */
    public static int channels(ByteBuffer packet) {
        return packet.hasRemaining() && (packet.get(packet.position()) & 4) != 0 ? 2 : 1;
    }
}
