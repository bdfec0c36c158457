package dev.weir.webrtc.codec;

import java.nio.ByteBuffer;

/**
 * Puts whole frames together from the RTP payloads of one SSRC. The caller has put the packets into sequence order and
 * dropped duplicates; a jump in the extended sequence number is a loss. Push packets with an empty payload (padding) too,
 * or they look like losses. Not thread-safe; never throws on network bytes; a frame is at most 32 MiB.
 */
public interface Depacketizer {
    /** Returns a new depacketizer for a codec. */
    static Depacketizer of(Codec codec) {
        return switch (codec) {
            case H264 -> new VideoDepacketizer(H264Format.INSTANCE, new H264FrameBuilder());
            case H265 -> new VideoDepacketizer(H265Format.INSTANCE, new H265FrameBuilder());
            case VP8 -> new VideoDepacketizer(Vp8Format.INSTANCE, new Vp8FrameBuilder());
            case VP9 -> new VideoDepacketizer(Vp9Format.INSTANCE, new Vp9FrameBuilder());
            case AV1 -> new VideoDepacketizer(Av1Format.INSTANCE, new Av1FrameBuilder());
            case OPUS, PCMU, PCMA -> new AudioDepacketizer();
        };
    }

    /**
     * Takes one packet's payload, borrowed until return, and gives the frames that it completes to {@code sink}: normally at
     * the marker, otherwise when the timestamp changes.
     */
    void push(ByteBuffer payload, boolean marker, long extendedSequence, long extendedTimestamp, FrameSink sink);

    /** Gives up waiting for the rest: hands an unfinished frame over as damaged, if there is one. */
    void flush(FrameSink sink);
}
