package dev.weir.webrtc.codec;

import java.nio.ByteBuffer;
import java.util.Optional;

/** Reads the body of a sequence header OBU (AV1 specification sections 5.5.1 to 5.5.5). */
final class Av1SequenceReader {
    private static final int MAX_TIER_FREE_LEVEL = 7;
    private static final int IDENTITY = 0;
    private static final int BT_709 = 1;
    private static final int UNSPECIFIED = 2;
    private static final int SRGB = 13;

    private final BitReader in;
    private int level;
    private boolean highTier;
    private boolean highBitDepth;
    private boolean twelveBit;
    private boolean monochrome;
    private boolean subsamplingX = true;
    private boolean subsamplingY = true;
    private int chromaSamplePosition;

    private Av1SequenceReader(BitReader in) {
        this.in = in;
    }

    static Optional<Av1SequenceHeader> read(ByteBuffer body, ByteBuffer obu) {
        BitReader in = BitReader.of(body, body.position());
        Av1SequenceHeader header = new Av1SequenceReader(in).read(obu);
        return in.overrun() ? Optional.empty() : Optional.of(header);
    }

    private Av1SequenceHeader read(ByteBuffer obu) {
        int profile = in.smallBits(3);
        in.skip(1); // still_picture
        boolean reduced = in.flag();
        if (reduced) {
            level = in.smallBits(5);
        } else {
            readOperatingPoints();
        }
        int widthBits = in.smallBits(4) + 1;
        int heightBits = in.smallBits(4) + 1;
        int width = in.smallBits(widthBits) + 1;
        int height = in.smallBits(heightBits) + 1;
        skipTools(reduced);
        readColorConfig(profile);
        return new Av1SequenceHeader(
                profile,
                level,
                highTier,
                highBitDepth,
                twelveBit,
                monochrome,
                subsamplingX,
                subsamplingY,
                chromaSamplePosition,
                width,
                height,
                obu);
    }

    private void readOperatingPoints() {
        boolean decoderModel = false;
        int delayBits = 0;
        if (in.flag()) {
            in.skip(64); // num_units_in_display_tick, time_scale
            if (in.flag()) {
                in.unsignedExpGolomb(); // num_ticks_per_picture_minus_1, uvlc
            }
            decoderModel = in.flag();
            if (decoderModel) {
                delayBits = in.smallBits(5) + 1;
                in.skip(32 + 5 + 5);
            }
        }
        boolean initialDelay = in.flag();
        int points = in.smallBits(5) + 1;
        for (int i = 0; i < points; i++) {
            in.skip(12); // operating_point_idc
            int pointLevel = in.smallBits(5);
            boolean pointTier = pointLevel > MAX_TIER_FREE_LEVEL && in.flag();
            if (i == 0) {
                level = pointLevel;
                highTier = pointTier;
            }
            if (decoderModel && in.flag()) {
                in.skip(2 * delayBits + 1);
            }
            if (initialDelay && in.flag()) {
                in.skip(4);
            }
        }
    }

    private void skipTools(boolean reduced) {
        if (!reduced && in.flag()) {
            in.skip(4 + 3); // delta_frame_id_length_minus_2, additional_frame_id_length_minus_1
        }
        in.skip(3); // use_128x128_superblock, enable_filter_intra, enable_intra_edge_filter
        if (!reduced) {
            in.skip(4); // enable_interintra_compound, _masked_compound, _warped_motion, _dual_filter
            if (in.flag()) {
                in.skip(2); // enable_jnt_comp, enable_ref_frame_mvs; after enable_order_hint
                skipScreenContentTools();
                in.skip(3); // order_hint_bits_minus_1
            } else {
                skipScreenContentTools();
            }
        }
        in.skip(3); // enable_superres, enable_cdef, enable_restoration
    }

    private void skipScreenContentTools() {
        boolean chooseTools = in.flag();
        boolean toolsPossible = chooseTools || in.flag();
        if (toolsPossible && !in.flag()) {
            in.skip(1); // seq_force_integer_mv
        }
    }

    private void readColorConfig(int profile) {
        highBitDepth = in.flag();
        twelveBit = profile == 2 && highBitDepth && in.flag();
        monochrome = profile != 1 && in.flag();
        int primaries = UNSPECIFIED;
        int transfer = UNSPECIFIED;
        int matrix = UNSPECIFIED;
        if (in.flag()) {
            primaries = in.smallBits(8);
            transfer = in.smallBits(8);
            matrix = in.smallBits(8);
        }
        if (monochrome) {
            in.skip(1); // color_range
        } else if (primaries == BT_709 && transfer == SRGB && matrix == IDENTITY) {
            subsamplingX = false;
            subsamplingY = false;
        } else {
            in.skip(1); // color_range
            readSubsampling(profile);
        }
    }

    private void readSubsampling(int profile) {
        if (profile == 1) {
            subsamplingX = false;
            subsamplingY = false;
        } else if (profile == 2 && twelveBit) {
            subsamplingX = in.flag();
            subsamplingY = subsamplingX && in.flag();
        } else if (profile == 2) {
            subsamplingY = false;
        }
        if (subsamplingX && subsamplingY) {
            chromaSamplePosition = in.smallBits(2);
        }
    }
}
