package dev.weir.webrtc.codec;

import java.nio.ByteBuffer;

/**
 * Answers the few questions that forwarding asks of an RTP payload (the bytes behind header, before padding) without
 * taking it apart. Stateless, no allocation, never throws on network bytes; an empty payload (padding only) gets false from
 * every question. Readers leave the payload's position and limit alone.
 */
public interface PayloadFormat {
    /** Returns the format of a codec. */
    static PayloadFormat of(Codec codec) {
        return switch (codec) {
            case H264 -> H264Format.INSTANCE;
            case H265 -> H265Format.INSTANCE;
            case VP8 -> Vp8Format.INSTANCE;
            case VP9 -> Vp9Format.INSTANCE;
            case AV1 -> Av1Format.INSTANCE;
            case OPUS, PCMU, PCMA -> AudioFormat.INSTANCE;
        };
    }

    /**
     * Tells whether a decoder can start with this packet: for video a packet that begins a key frame or its parameter sets,
     * for audio any packet with a payload.
     *
     * <p>May be true for several packets of one frame: senders such as OBS send SPS, PPS and IDR slice in packets of their
     * own. The first one of a timestamp is the start; {@link KeyframeStarts} applies that rule.
     */
    boolean isKeyframeStart(ByteBuffer payload);

    /** Tells whether the payload may begin a new frame, as far as it can tell by itself; false for a sure continuation. */
    boolean startsFrame(ByteBuffer payload);

    /** Tells whether the packet ends its frame: the marker bit for video, always for audio. */
    default boolean endsFrame(ByteBuffer payload, boolean marker) {
        return marker && payload.hasRemaining();
    }
}
