package dev.weir.connector.mux;

import dev.weir.connector.assemble.TrackFormat;
import dev.weir.webrtc.codec.Codec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Maps codecs to Matroska (RFC 9559 and the codec mappings of Matroska): codec id and CodecPrivate. */
final class MatroskaCodec {
    static final int OPUS_PRE_SKIP = 312;

    private static final int FORMAT_A_LAW = 6;
    private static final int FORMAT_MU_LAW = 7;

    private MatroskaCodec() {}

    static String id(Codec codec) {
        return switch (codec) {
            case H264 -> "V_MPEG4/ISO/AVC";
            case H265 -> "V_MPEGH/ISO/HEVC";
            case VP8 -> "V_VP8";
            case VP9 -> "V_VP9";
            case AV1 -> "V_AV1";
            case OPUS -> "A_OPUS";
            case PCMU, PCMA -> "A_MS/ACM";
        };
    }

    /** Returns the content of CodecPrivate, empty when the codec has none. */
    static ByteBuffer codecPrivate(TrackFormat format) {
        return switch (format.codec()) {
            case H264, H265, AV1 -> format.codecConfiguration();
            case VP8, VP9 -> ByteBuffer.allocate(0);
            case OPUS -> opusHead(format.channels());
            case PCMU -> waveFormat(FORMAT_MU_LAW, format);
            case PCMA -> waveFormat(FORMAT_A_LAW, format);
        };
    }

    /** RFC 7845 section 5.1. */
    private static ByteBuffer opusHead(int channels) {
        return ByteBuffer.allocate(19)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put("OpusHead".getBytes(StandardCharsets.US_ASCII))
                .put((byte) 1)
                .put((byte) channels)
                .putShort((short) OPUS_PRE_SKIP)
                .putInt(48_000)
                .putShort((short) 0)
                .put((byte) 0)
                .flip();
    }

    /** WAVEFORMATEX, which A_MS/ACM carries. */
    private static ByteBuffer waveFormat(int tag, TrackFormat format) {
        return ByteBuffer.allocate(18)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort((short) tag)
                .putShort((short) format.channels())
                .putInt(format.clockRateHz())
                .putInt(format.clockRateHz() * format.channels())
                .putShort((short) format.channels())
                .putShort((short) 8)
                .putShort((short) 0)
                .flip();
    }
}
