package dev.weir.webrtc.codec;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Tells what an AV1 sequence header says (AV1 specification section 5.5), enough for an av1C.
 *
 * @param profile seq_profile
 * @param level seq_level_idx of operating point 0
 * @param highTier seq_tier of operating point 0
 * @param highBitDepth high_bitdepth
 * @param twelveBit twelve_bit
 * @param monochrome mono_chrome
 * @param subsamplingX subsampling_x
 * @param subsamplingY subsampling_y
 * @param chromaSamplePosition chroma_sample_position
 * @param widthPx max_frame_width_minus_1 + 1
 * @param heightPx max_frame_height_minus_1 + 1
 * @param obu the whole sequence header OBU with header and size field, as an av1C's configOBUs wants it; read-only
 */
public record Av1SequenceHeader(
        int profile,
        int level,
        boolean highTier,
        boolean highBitDepth,
        boolean twelveBit,
        boolean monochrome,
        boolean subsamplingX,
        boolean subsamplingY,
        int chromaSamplePosition,
        int widthPx,
        int heightPx,
        ByteBuffer obu) {
    private static final int EXTENSION = 0x04;
    private static final int HAS_SIZE = 0x02;

    /** Finds and reads the first sequence header in a temporal unit of OBUs with size fields; empty when there is none or it is malformed. */
    public static Optional<Av1SequenceHeader> parse(ByteBuffer temporalUnit) {
        int at = temporalUnit.position();
        int end = temporalUnit.limit();
        while (at < end) {
            int header = temporalUnit.get(at);
            int sizeAt = at + ((header & EXTENSION) != 0 ? 2 : 1);
            long size = Leb128.read(temporalUnit, sizeAt, end);
            if ((header & HAS_SIZE) == 0 || size < 0) {
                return Optional.empty();
            }
            int body = sizeAt + Leb128.length(size);
            if (Leb128.value(size) > end - body) {
                return Optional.empty();
            }
            int next = body + Leb128.value(size);
            if (Av1Format.type(header) == Av1Format.OBU_SEQUENCE_HEADER) {
                return Av1SequenceReader.read(temporalUnit.slice(body, next - body), copy(temporalUnit, at, next - at));
            }
            at = next;
        }
        return Optional.empty();
    }

    private static ByteBuffer copy(ByteBuffer in, int from, int length) {
        byte[] bytes = new byte[length];
        in.get(from, bytes);
        return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
    }
}
