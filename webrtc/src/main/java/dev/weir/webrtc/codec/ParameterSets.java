package dev.weir.webrtc.codec;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Collects the latest parameter sets of an H264 or H265 stream, by id, from frames or from the SDP. Kept sets are
 * read-only copies of whole NAL units (without length or start code). Not thread-safe.
 */
public final class ParameterSets {
    /** Bit of {@link #kindsIn}: sequence or video parameter sets. */
    public static final int SEQUENCE = 1;

    /** Bit of {@link #kindsIn}: picture parameter sets. */
    public static final int PICTURE = 2;

    private static final int MAX_SETS_PER_KIND = 64;
    private static final int MAX_SET_LENGTH = 4_096;

    private final boolean h265;
    private final TreeMap<Long, ByteBuffer> vps = new TreeMap<>();
    private final TreeMap<Long, ByteBuffer> sps = new TreeMap<>();
    private final TreeMap<Long, ByteBuffer> pps = new TreeMap<>();

    private ParameterSets(boolean h265) {
        this.h265 = h265;
    }

    /**
     * Returns an empty collection for {@link Codec#H264} or {@link Codec#H265}.
     *
     * @throws IllegalArgumentException for other codecs, which have no such sets
     */
    public static ParameterSets of(Codec codec) {
        if (codec != Codec.H264 && codec != Codec.H265) {
            throw new IllegalArgumentException(codec + " has no parameter sets");
        }
        return new ParameterSets(codec == Codec.H265);
    }

    /** Takes the sets out of a frame of length-prefixed NAL units; true when any differs from what was known. */
    public boolean observe(ByteBuffer frame) {
        boolean changed = false;
        int at = frame.position();
        int end = frame.limit();
        while (end - at > NalFrameBuilder.LENGTH_FIELD) {
            int length = frame.getInt(at);
            at += NalFrameBuilder.LENGTH_FIELD;
            if (length < 0 || length > end - at) {
                break;
            }
            changed |= keep(frame.slice(at, length));
            at += length;
        }
        return changed;
    }

    /** Tells which kinds of whole sets stand in an RTP payload: {@link #SEQUENCE}, {@link #PICTURE}, both or 0. No allocation. */
    public int kindsIn(ByteBuffer payload) {
        int at = payload.position();
        int end = payload.limit();
        int header = h265 ? H265Format.NAL_HEADER_LENGTH : 1;
        if (end - at <= header) {
            return 0;
        }
        int type = type(payload, at);
        if (type != (h265 ? H265Format.AGGREGATION : H264Format.STAP_A)) {
            return kind(type);
        }
        int kinds = 0;
        at += header;
        while (at + 2 < end) {
            int length = payload.getShort(at) & 0xFFFF;
            at += 2;
            if (length == 0 || length > end - at) {
                return kinds;
            }
            kinds |= kind(type(payload, at));
            at += length;
        }
        return kinds;
    }

    private int type(ByteBuffer payload, int at) {
        return h265 ? H265Format.type(payload, at) : H264Format.type(payload, at);
    }

    private int kind(int type) {
        if (h265) {
            return type == H265Format.PPS ? PICTURE : type == H265Format.VPS || type == H265Format.SPS ? SEQUENCE : 0;
        }
        return type == H264Format.PPS ? PICTURE : type == H264Format.SPS ? SEQUENCE : 0;
    }

    /** Takes the whole sets out of one RTP payload; true when any differs from what was known. */
    public boolean observePayload(ByteBuffer payload) {
        boolean[] changed = new boolean[1];
        NalUnits.forEach(h265 ? Codec.H265 : Codec.H264, payload, unit -> changed[0] |= keep(unit));
        return changed[0];
    }

    /**
     * Takes the sets of {@code sprop-parameter-sets} (RFC 6184 section 8.1) or {@code sprop-vps}, {@code -sps}, {@code -pps}
     * (RFC 7798 section 7.1) of an {@code a=fmtp} value; what is not base64 is passed over. True when any is new.
     */
    public boolean observeFmtp(String fmtp) {
        boolean changed = false;
        for (String parameter : fmtp.split(";", -1)) {
            int equals = parameter.indexOf('=');
            if (equals > 0 && isSets(parameter.substring(0, equals).trim().toLowerCase(Locale.ROOT))) {
                for (String set : parameter.substring(equals + 1).split(",", -1)) {
                    changed |= keepBase64(set.trim());
                }
            }
        }
        return changed;
    }

    /** Returns the video parameter sets (H265 only), by id. */
    public List<ByteBuffer> vps() {
        return new ArrayList<>(vps.values());
    }

    /** Returns the sequence parameter sets, by id. */
    public List<ByteBuffer> sps() {
        return new ArrayList<>(sps.values());
    }

    /** Returns the picture parameter sets, by id. */
    public List<ByteBuffer> pps() {
        return new ArrayList<>(pps.values());
    }

    /** Tells whether a decoder could be configured: at least one of each kind is known. */
    public boolean isComplete() {
        return !sps.isEmpty() && !pps.isEmpty() && (!h265 || !vps.isEmpty());
    }

    private boolean isSets(String name) {
        return h265
                ? name.equals("sprop-vps") || name.equals("sprop-sps") || name.equals("sprop-pps")
                : name.equals("sprop-parameter-sets");
    }

    private boolean keepBase64(String set) {
        try {
            return keep(ByteBuffer.wrap(Base64.getDecoder().decode(set)));
        } catch (IllegalArgumentException notBase64) {
            return false;
        }
    }

    private boolean keep(ByteBuffer nalUnit) {
        return h265 ? keepH265(nalUnit) : keepH264(nalUnit);
    }

    private boolean keepH264(ByteBuffer nalUnit) {
        if (nalUnit.remaining() < 2) {
            return false;
        }
        return switch (H264Format.type(nalUnit, nalUnit.position())) {
            case H264Format.SPS -> put(sps, BitReader.ofNalUnit(head(nalUnit), 4), nalUnit);
            case H264Format.PPS -> put(pps, BitReader.ofNalUnit(head(nalUnit), 1), nalUnit);
            default -> false;
        };
    }

    private boolean keepH265(ByteBuffer nalUnit) {
        if (nalUnit.remaining() <= H265Format.NAL_HEADER_LENGTH) {
            return false;
        }
        return switch (H265Format.type(nalUnit, nalUnit.position())) {
            case H265Format.VPS -> put(vps, (nalUnit.get(nalUnit.position() + 2) & 0xF0) >>> 4, nalUnit);
            case H265Format.SPS -> put(sps, spsId(nalUnit), nalUnit);
            case H265Format.PPS -> put(pps, BitReader.ofNalUnit(head(nalUnit), 2), nalUnit);
            default -> false;
        };
    }

    /** The id stands behind profile_tier_level, whose length depends on the sub-layers (section 7.3.3). */
    private static long spsId(ByteBuffer nalUnit) {
        BitReader in = BitReader.ofNalUnit(nalUnit, H265Format.NAL_HEADER_LENGTH);
        in.skip(4);
        int subLayers = in.smallBits(3);
        in.skip(1);
        H265Sps.skipProfileTierLevel(in, subLayers);
        return in.unsignedExpGolomb();
    }

    private static ByteBuffer head(ByteBuffer nalUnit) {
        return nalUnit.slice(nalUnit.position(), Math.min(16, nalUnit.remaining()));
    }

    private static boolean put(SortedMap<Long, ByteBuffer> sets, BitReader idReader, ByteBuffer nalUnit) {
        long id = idReader.unsignedExpGolomb();
        return !idReader.overrun() && put(sets, id, nalUnit);
    }

    private static boolean put(SortedMap<Long, ByteBuffer> sets, long id, ByteBuffer nalUnit) {
        boolean room = sets.containsKey(id) || sets.size() < MAX_SETS_PER_KIND;
        if (!room || nalUnit.remaining() > MAX_SET_LENGTH || nalUnit.equals(sets.get(id))) {
            return false;
        }
        byte[] bytes = new byte[nalUnit.remaining()];
        nalUnit.get(nalUnit.position(), bytes);
        sets.put(id, ByteBuffer.wrap(bytes).asReadOnlyBuffer());
        return true;
    }
}
