package dev.weir.connector.restream.rtmp;

import dev.weir.connector.restream.frame.OutputCodec;
import dev.weir.connector.restream.frame.OutputTrack;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Writes the bodies of audio and video messages: FLV's for H264 and AAC, which every server takes, and Enhanced RTMP's (v2)
 * for H265, VP9, AV1 and Opus.
 */
final class FlvTags {
    private static final int KEY = 1;
    private static final int INTER = 2;
    private static final int AVC = 7;
    private static final int AAC_44_STEREO = 0xAF;
    private static final int OPUS_PRE_SKIP = 312;
    private static final int EX_VIDEO = 0x80;
    private static final int EX_AUDIO = 0x90;
    private static final int SEQUENCE_START = 0;
    private static final int CODED_FRAMES = 1;
    private static final int CODED_FRAMES_X = 3;
    private static final int FULL_BOX_HEADER = 4;

    private FlvTags() {}

    /** Returns the name in Enhanced RTMP, empty when FLV itself has the codec; throws for what neither has. */
    static Optional<String> fourCc(OutputCodec codec) {
        return switch (codec) {
            case H264, AAC -> Optional.empty();
            case H265 -> Optional.of("hvc1");
            case VP8 -> Optional.of("vp08");
            case VP9 -> Optional.of("vp09");
            case AV1 -> Optional.of("av01");
            case OPUS -> Optional.of("Opus");
            case PCMU, PCMA -> throw new IllegalArgumentException(codec.toString());
        };
    }

    /** Returns the properties of {@code onMetaData}. */
    static Map<String, Object> metadata(Optional<OutputTrack> video, Optional<OutputTrack> audio) {
        Map<String, Object> data = new LinkedHashMap<>();
        video.ifPresent(track -> {
            data.put("width", track.matroska().widthPx());
            data.put("height", track.matroska().heightPx());
            data.put("videocodecid", fourCc(track.codec()).map(FlvTags::number).orElse((double) AVC));
        });
        audio.ifPresent(track -> {
            data.put("audiosamplerate", track.matroska().rateHz());
            data.put("audiosamplesize", 16);
            data.put("stereo", track.matroska().channels() > 1);
            data.put("audiocodecid", fourCc(track.codec()).map(FlvTags::number).orElse(10.0));
        });
        data.put("encoder", "Weir");
        return data;
    }

    private static double number(String fourCc) {
        return ByteBuffer.wrap(fourCc.getBytes(StandardCharsets.US_ASCII)).getInt() & 0xFFFF_FFFFL;
    }

    /** Returns the message that a decoder needs first; empty when the codec needs none. */
    static Optional<ByteBuffer> header(OutputTrack track) {
        ByteBuffer configuration = track.configuration().duplicate();
        return switch (track.codec()) {
            case H264 -> Optional.of(body(configuration, KEY << 4 | AVC, 0, 0, 0, 0));
            case AAC -> Optional.of(body(configuration, AAC_44_STEREO, 0));
            case H265, AV1 -> Optional.of(extended(track.codec(), EX_VIDEO | KEY << 4 | SEQUENCE_START, configuration));
            case VP9 ->
                Optional.of(extended(
                        track.codec(),
                        EX_VIDEO | KEY << 4 | SEQUENCE_START,
                        configuration.position(configuration.position() + FULL_BOX_HEADER)));
            case OPUS ->
                Optional.of(extended(
                        track.codec(),
                        EX_AUDIO | SEQUENCE_START,
                        opusHead(track.matroska().channels())));
            case VP8, PCMU, PCMA -> Optional.empty();
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

    /** Returns the message of a frame. */
    static ByteBuffer frame(OutputCodec codec, boolean keyframe, ByteBuffer data) {
        int type = (keyframe ? KEY : INTER) << 4;
        return switch (codec) {
            case H264 -> body(data, type | AVC, 1, 0, 0, 0);
            case AAC -> body(data, AAC_44_STEREO, 1);
            case H265 -> extended(codec, EX_VIDEO | type | CODED_FRAMES_X, data);
            case VP8, VP9, AV1 -> extended(codec, EX_VIDEO | type | CODED_FRAMES, data);
            case OPUS -> extended(codec, EX_AUDIO | CODED_FRAMES, data);
            case PCMU, PCMA -> throw new IllegalArgumentException(codec.toString());
        };
    }

    private static ByteBuffer extended(OutputCodec codec, int first, ByteBuffer data) {
        byte[] name = fourCc(codec).orElseThrow().getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(1 + name.length + data.remaining())
                .put((byte) first)
                .put(name)
                .put(data.duplicate())
                .flip();
    }

    private static ByteBuffer body(ByteBuffer data, int... head) {
        ByteBuffer out = ByteBuffer.allocate(head.length + data.remaining());
        for (int value : head) {
            out.put((byte) value);
        }
        return out.put(data.duplicate()).flip();
    }
}
