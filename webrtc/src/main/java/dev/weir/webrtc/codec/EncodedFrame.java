package dev.weir.webrtc.codec;

import java.nio.ByteBuffer;

/**
 * Holds one whole frame (access unit, temporal unit, or audio packet) put together from RTP packets.
 *
 * @param data the frame, read-only: H264/H265 as NAL units each behind a 4-byte length, VP8/VP9 as the bare frame, AV1 as
 *     OBUs with size fields and without temporal delimiters, audio as it is
 * @param keyframe whether a decoder can start here; always true for audio
 * @param damaged whether a packet of this very frame was missing or malformed
 * @param afterLoss whether packets between the previous frame and this one were missing, so that what it refers to may be
 *     gone although it is whole itself
 * @param extendedTimestamp the 64-bit RTP timestamp in ticks
 * @param firstSequence the 64-bit sequence number of its first packet
 * @param lastSequence the 64-bit sequence number of its last packet
 */
public record EncodedFrame(
        ByteBuffer data,
        boolean keyframe,
        boolean damaged,
        boolean afterLoss,
        long extendedTimestamp,
        long firstSequence,
        long lastSequence) {}
