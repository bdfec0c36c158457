package dev.weir.webrtc.codec;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * Collects the latest parameter sets of an H264 or H265 stream, by id, from frames or from the SDP. Kept sets are
 * read-only copies of whole NAL units (without length or start code). Not thread-safe.
 */
public final class ParameterSets {
    /** Returns an empty collection for {@link Codec#H264} or {@link Codec#H265}. */
    public static ParameterSets of(Codec codec) {
        throw new UnsupportedOperationException("soon");
    }

    private ParameterSets() {}

    /** Takes the sets out of a frame of length-prefixed NAL units; true when any differs from what was known. */
    public boolean observe(ByteBuffer frame) {
        throw new UnsupportedOperationException("soon");
    }

    /** Takes the sets of {@code sprop-parameter-sets} or {@code sprop-vps/-sps/-pps} of an {@code a=fmtp} value; true when any is new. */
    public boolean observeFmtp(String fmtp) {
        throw new UnsupportedOperationException("soon");
    }

    /** Returns the video parameter sets (H265 only), by id. */
    public List<ByteBuffer> vps() {
        throw new UnsupportedOperationException("soon");
    }

    /** Returns the sequence parameter sets, by id. */
    public List<ByteBuffer> sps() {
        throw new UnsupportedOperationException("soon");
    }

    /** Returns the picture parameter sets, by id. */
    public List<ByteBuffer> pps() {
        throw new UnsupportedOperationException("soon");
    }

    /** Tells whether a decoder could be configured: at least one of each kind is known. */
    public boolean isComplete() {
        throw new UnsupportedOperationException("soon");
    }
}
