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
        throw new UnsupportedOperationException("soon");
    }

    /**
     * Tells whether a decoder can start with this packet: for video the first packet of a key frame (with its parameter
     * sets where the sender has them in band: the SPS), for audio any packet with a payload.
     */
    boolean isKeyframeStart(ByteBuffer payload);

    /** Tells whether the payload begins a new frame as far as it can tell by itself; false also when it cannot tell. */
    boolean startsFrame(ByteBuffer payload);

    /** Tells whether the packet ends its frame: the marker bit for video, always for audio. */
    boolean endsFrame(ByteBuffer payload, boolean marker);
}
