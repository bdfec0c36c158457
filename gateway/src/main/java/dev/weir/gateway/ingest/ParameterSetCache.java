package dev.weir.gateway.ingest;

import dev.weir.webrtc.codec.Codec;
import dev.weir.webrtc.codec.ParameterSets;
import dev.weir.webrtc.sdp.CodecFormat;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Remembers the parameter sets of one H264 or H265 source, from its fmtp and from its packets, and finds the keyframes that
 * come without any. One thread; allocates only for packets with parameter sets.
 */
final class ParameterSetCache {
    /** Whole NAL units only, each in a packet of its own: every receiver takes those, whatever its packetization mode. */
    private static final int MAX_SET_BYTES = 1_200;

    /** Encoders use one set of each kind; more than this is not worth a burst at every keyframe. */
    private static final int MAX_SETS = 16;

    private final ParameterSets sets;
    private List<ByteBuffer> all;
    private boolean inBand;
    private long lastSequence = Long.MIN_VALUE;
    private long lastTimestamp = Long.MIN_VALUE;
    private long setsTimestamp = Long.MIN_VALUE;
    private boolean wholeSoFar;
    private boolean comesBare;

    /** Starts with what {@code format} tells out of band. */
    ParameterSetCache(Codec codec, CodecFormat format) {
        sets = ParameterSets.of(codec);
        boolean unused = sets.observeFmtp(format.fmtp());
        all = repeatable();
    }

    /**
     * Takes the next payload, borrowed, and returns the parameter sets that a viewer needs before it: those known, when a
     * keyframe starts here without any, otherwise none.
     *
     * @param keyframe whether the payload starts a keyframe or brings its parameter sets
     */
    List<ByteBuffer> before(ByteBuffer payload, boolean keyframe, long sequence, long timestamp) {
        if (sequence > lastSequence) {
            boolean gap = sequence != lastSequence + 1;
            wholeSoFar = !gap && (wholeSoFar || timestamp != lastTimestamp);
            lastSequence = sequence;
            lastTimestamp = timestamp;
        } else if (timestamp == lastTimestamp) {
            wholeSoFar = false;
        }
        int kinds = sets.kindsIn(payload);
        if (kinds != 0) {
            inBand = true;
            if (sets.observePayload(payload)) {
                all = repeatable();
            }
        }
        if ((kinds & ParameterSets.SEQUENCE) != 0) {
            setsTimestamp = timestamp;
        }
        if (!keyframe || timestamp == setsTimestamp) {
            return List.of();
        }
        return isBare(sequence) ? all : List.of();
    }

    /**
     * Where a packet before the keyframe is missing, it may hold newer sets, and older ones behind them would do harm. So
     * the publisher must have shown first that its keyframes come without.
     */
    private boolean isBare(long sequence) {
        comesBare |= wholeSoFar && sequence == lastSequence;
        return comesBare || !inBand;
    }

    private List<ByteBuffer> repeatable() {
        if (!sets.isComplete()) {
            return List.of();
        }
        List<ByteBuffer> found = new ArrayList<>(sets.vps());
        found.addAll(sets.sps());
        found.addAll(sets.pps());
        boolean small = found.stream().allMatch(set -> set.remaining() <= MAX_SET_BYTES);
        return small && found.size() <= MAX_SETS ? List.copyOf(found) : List.of();
    }
}
