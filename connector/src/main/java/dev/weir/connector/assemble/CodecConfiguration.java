package dev.weir.connector.assemble;

import dev.weir.webrtc.codec.Av1SequenceHeader;
import dev.weir.webrtc.codec.H264Sps;
import dev.weir.webrtc.codec.H265Sps;
import dev.weir.webrtc.codec.ParameterSets;
import dev.weir.webrtc.codec.Vp9Header;
import java.nio.ByteBuffer;
import java.util.List;

/** Writes the decoder configuration records that MP4 and Matroska carry. */
final class CodecConfiguration {
    private static final int OPUS_PRE_SKIP = 312;
    private static final int H265_ARRAY_COMPLETE = 0x80;
    /** Largest picture in luma samples of VP9 levels 1, 1.1, 2, … 6.2 (VP9 bitstream annex A), and the levels. */
    private static final int[] VP9_PICTURE = {
        36_864, 73_728, 122_880, 245_760, 552_960, 983_040, 2_228_224, 8_912_896, 35_651_584
    };

    private static final int[] VP9_LEVEL = {10, 11, 20, 21, 30, 31, 40, 50, 60};

    private CodecConfiguration() {}

    /** AVCDecoderConfigurationRecord, ISO/IEC 14496-15 section 5.3.3.1. */
    static ByteBuffer avcc(H264Sps head, ParameterSets sets) {
        ByteBuffer out = ByteBuffer.allocate(32 + bytes(sets.sps()) + bytes(sets.pps()));
        out.put((byte) 1).put((byte) head.profileIdc()).put((byte) head.constraintFlags());
        out.put((byte) head.levelIdc()).put((byte) 0xFF).put((byte)
                (0xE0 | sets.sps().size()));
        put(out, sets.sps());
        out.put((byte) sets.pps().size());
        put(out, sets.pps());
        switch (head.profileIdc()) {
            case 100, 110, 122, 144, 244 ->
                out.put((byte) (0xFC | head.chromaFormatIdc()))
                        .put((byte) (0xF8 | head.bitDepthLuma() - 8))
                        .put((byte) (0xF8 | head.bitDepthChroma() - 8))
                        .put((byte) 0);
            default -> {}
        }
        return out.flip();
    }

    /** HEVCDecoderConfigurationRecord, ISO/IEC 14496-15 section 8.3.3.1. */
    static ByteBuffer hvcc(H265Sps head, ParameterSets sets) {
        ByteBuffer out = ByteBuffer.allocate(64 + bytes(sets.vps()) + bytes(sets.sps()) + bytes(sets.pps()));
        out.put((byte) 1);
        out.put((byte) (head.profileSpace() << 6 | (head.highTier() ? 0x20 : 0) | head.profileIdc()));
        out.putInt((int) head.compatibilityFlags());
        out.putShort((short) (head.constraintFlags() >> 32)).putInt((int) head.constraintFlags());
        out.put((byte) head.levelIdc());
        out.putShort((short) 0xF000).put((byte) 0xFC);
        out.put((byte) (0xFC | head.chromaFormatIdc()));
        out.put((byte) (0xF8 | head.bitDepthLuma() - 8)).put((byte) (0xF8 | head.bitDepthChroma() - 8));
        out.putShort((short) 0);
        out.put((byte) (head.maxSubLayers() << 3 | (head.temporalIdNested() ? 4 : 0) | 3));
        out.put((byte) 3);
        putArray(out, 32, sets.vps());
        putArray(out, 33, sets.sps());
        putArray(out, 34, sets.pps());
        return out.flip();
    }

    private static void putArray(ByteBuffer out, int nalUnitType, List<ByteBuffer> units) {
        out.put((byte) (H265_ARRAY_COMPLETE | nalUnitType)).putShort((short) units.size());
        put(out, units);
    }

    private static void put(ByteBuffer out, List<ByteBuffer> units) {
        for (ByteBuffer unit : units) {
            out.putShort((short) unit.remaining()).put(unit.duplicate());
        }
    }

    private static int bytes(List<ByteBuffer> units) {
        return units.stream().mapToInt(unit -> 2 + unit.remaining()).sum();
    }

    /** VPCodecConfigurationRecord with version and flags in front, VP codec ISO media file format binding 1.0. */
    static ByteBuffer vpcc(Vp9Header head) {
        int chroma = head.subsamplingX() ? (head.subsamplingY() ? 1 : 2) : 3;
        int color = isoColor(head.colorSpace());
        return ByteBuffer.allocate(12)
                .putInt(0x0100_0000)
                .put((byte) head.profile())
                .put((byte) vp9Level(head.widthPx() * head.heightPx()))
                .put((byte) (head.bitDepth() << 4 | chroma << 1 | (head.fullRange() ? 1 : 0)))
                .put((byte) color)
                .put((byte) color)
                .put((byte) (head.colorSpace() == 7 ? 0 : color))
                .putShort((short) 0)
                .flip();
    }

    /** Maps the color_space of a VP9 header to ISO/IEC 23001-8; 2 = unspecified. */
    private static int isoColor(int colorSpace) {
        return switch (colorSpace) {
            case 1, 3 -> 6;
            case 2, 7 -> 1;
            case 4 -> 7;
            case 5 -> 9;
            default -> 2;
        };
    }

    private static int vp9Level(int pictureSize) {
        for (int i = 0; i < VP9_PICTURE.length; i++) {
            if (pictureSize <= VP9_PICTURE[i]) {
                return VP9_LEVEL[i];
            }
        }
        return 62;
    }

    /** AV1CodecConfigurationRecord, AV1 codec ISO media file format binding section 2.3. */
    static ByteBuffer av1c(Av1SequenceHeader head) {
        int flags = (head.highTier() ? 0x80 : 0)
                | (head.highBitDepth() ? 0x40 : 0)
                | (head.twelveBit() ? 0x20 : 0)
                | (head.monochrome() ? 0x10 : 0)
                | (head.subsamplingX() ? 0x08 : 0)
                | (head.subsamplingY() ? 0x04 : 0)
                | head.chromaSamplePosition();
        return ByteBuffer.allocate(4 + head.obu().remaining())
                .put((byte) 0x81)
                .put((byte) (head.profile() << 5 | head.level()))
                .put((byte) flags)
                .put((byte) 0)
                .put(head.obu().duplicate())
                .flip();
    }

    /** OpusSpecificBox content, Encapsulation of Opus in ISO Base Media File Format section 4.3.2. */
    static ByteBuffer dops(int channels) {
        return ByteBuffer.allocate(11)
                .put((byte) 0)
                .put((byte) channels)
                .putShort((short) OPUS_PRE_SKIP)
                .putInt(48_000)
                .putShort((short) 0)
                .put((byte) 0)
                .flip();
    }
}
