package dev.weir.connector.restream;

import dev.weir.webrtc.codec.Codec;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.OptionalLong;

/** The time at which a picture was logged, written into it where decoders pass it over, so that a receiver can tell its age. */
final class TimeMark {
    /** Bytes of a mark: a word, and microseconds since 1970 as hexadecimal digits. */
    static final int LENGTH = 24;

    private static final byte[] WORD = "WEIRTIME".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] UUID = "-weir-test-uuid-".getBytes(StandardCharsets.US_ASCII);

    private TimeMark() {}

    /** Returns {@code picture}, as the encoder gave it, with a mark. */
    static ByteBuffer into(ByteBuffer picture, Codec codec, long micros) {
        byte[] mark = ("WEIRTIME" + String.format(Locale.ROOT, "%016x", micros)).getBytes(StandardCharsets.US_ASCII);
        return switch (codec) {
            case H264 -> inserted(picture, slice(picture, codec), sei(new byte[] {0, 0, 0, 1, 6}, mark));
            case H265 -> inserted(picture, slice(picture, codec), sei(new byte[] {0, 0, 0, 1, 39 << 1, 1}, mark));
            case AV1 -> inserted(picture, frameObu(picture), metadata(mark));
            // Behind what the decoder of the last tile reads.
            case VP9 -> inserted(picture, picture.remaining(), mark);
            case VP8, OPUS, PCMU, PCMA -> picture;
        };
    }

    /** Returns the time in {@code window}, which is {@link #LENGTH} bytes long, if it is a mark. */
    static OptionalLong read(byte[] window) {
        if (window[0] != WORD[0] || !Arrays.equals(window, 0, WORD.length, WORD, 0, WORD.length)) {
            return OptionalLong.empty();
        }
        String digits = new String(window, WORD.length, LENGTH - WORD.length, StandardCharsets.US_ASCII);
        return OptionalLong.of(Long.parseLong(digits, 16));
    }

    private static ByteBuffer inserted(ByteBuffer picture, int at, byte[] more) {
        return ByteBuffer.allocate(picture.remaining() + more.length)
                .put(picture.slice(0, at))
                .put(more)
                .put(picture.slice(at, picture.remaining() - at))
                .flip();
    }

    /** Returns a SEI message with unregistered user data (H.264 annex D.1.7, H.265 annex D.2.7). */
    private static byte[] sei(byte[] header, byte[] mark) {
        return ByteBuffer.allocate(header.length + UUID.length + mark.length + 3)
                .put(header)
                .put((byte) 5)
                .put((byte) (UUID.length + mark.length))
                .put(UUID)
                .put(mark)
                .put((byte) 0x80)
                .array();
    }

    /** Returns where the start code of the first slice is, in the byte stream of annex B. */
    private static int slice(ByteBuffer picture, Codec codec) {
        for (int i = 0; i + 3 < picture.remaining(); i++) {
            if (picture.get(i) == 0
                    && picture.get(i + 1) == 0
                    && picture.get(i + 2) == 1
                    && isSlice(picture.get(i + 3), codec)) {
                return i > 0 && picture.get(i - 1) == 0 ? i - 1 : i;
            }
        }
        throw new IllegalArgumentException("no slice");
    }

    private static boolean isSlice(byte header, Codec codec) {
        int type = codec == Codec.H265 ? header >> 1 & 0x3F : header & 0x1F;
        return codec == Codec.H265 ? type < 32 : type == 1 || type == 5;
    }

    /** Returns a metadata OBU with user data as of ITU-T T.35 (AV1 section 5.8.2). */
    private static byte[] metadata(byte[] mark) {
        return ByteBuffer.allocate(mark.length + 5)
                .put((byte) (5 << 3 | 2))
                .put((byte) (mark.length + 3))
                .put((byte) 4)
                .put((byte) 0xB5)
                .put(mark)
                .put((byte) 0x80)
                .array();
    }

    /** Returns where the first frame, or frame header, of a temporal unit in the low-overhead format begins. */
    private static int frameObu(ByteBuffer unit) {
        int at = 0;
        while (at < unit.remaining()) {
            int header = unit.get(at);
            int type = header >> 3 & 0xF;
            if (type == 6 || type == 3) {
                return at;
            }
            at += (header & 4) != 0 ? 2 : 1;
            int size = 0;
            int shift = 0;
            int next;
            do {
                next = unit.get(at++);
                size |= (next & 0x7F) << shift;
                shift += 7;
            } while ((next & 0x80) != 0);
            at += size;
        }
        throw new IllegalArgumentException("no frame");
    }
}
