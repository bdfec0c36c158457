package dev.weir.gateway.egress;

import dev.weir.webrtc.codec.PictureInfo;

/**
 * Keeps picture ids and TL0PICIDX of a viewer's VP8 or VP9 in one row over changes of the source and over pictures left
 * out (RFC 7741 section 4.2, RFC 9628 section 4.2). Numbers stay as they are until something of the kind has happened. One
 * thread.
 */
final class PictureNumbers {
    /** Says that nothing is to be rewritten. */
    static final int AS_IT_IS = -1;

    private static final int MEMORY = 128;
    private static final int ID_MASK = 0x7FFF;

    /** Whether pictures left out close up: in VP9 other pictures refer to them by their distance. */
    private final boolean closesGaps;

    private final Renumbering ids = new Renumbering(MEMORY);
    private boolean begun;
    private long reference;
    private long highestOut;
    private int tl0Offset;
    private int tl0Out;

    PictureNumbers(boolean closesGaps) {
        this.closesGaps = closesGaps;
    }

    /** Goes on with the keyframe of {@code info}, of another source or behind a hole. */
    void follow(long info) {
        if (!PictureInfo.hasPictureId(info)) {
            return;
        }
        reference = 0x1_0000L + PictureInfo.pictureId(info);
        ids.follow(reference, begun ? highestOut + 1 : reference);
        tl0Offset = begun ? tl0Out + 1 - PictureInfo.tl0(info) : 0;
        begun = true;
    }

    /** Leaves the picture out. */
    void skip(long info) {
        if (begun && closesGaps && PictureInfo.hasPictureId(info)) {
            long unused = ids.skip(extend(info));
        }
    }

    /** Returns the numbers to send as {@code pictureId << 8 | tl0}, {@link #AS_IT_IS} when they are the source's own. */
    int map(long info) {
        if (!begun || !PictureInfo.hasPictureId(info)) {
            return AS_IT_IS;
        }
        long id = ids.map(extend(info));
        int tl0 = (PictureInfo.tl0(info) + tl0Offset) & 0xFF;
        if (id == Renumbering.NOWHERE) {
            return AS_IT_IS;
        }
        if (id >= highestOut) {
            highestOut = id;
            tl0Out = tl0;
        }
        return ids.isIdentity() && tl0Offset == 0 ? AS_IT_IS : ((int) id & ID_MASK) << 8 | tl0;
    }

    private long extend(long info) {
        int unused = 32 - PictureInfo.pictureIdBits(info);
        int distance = ((PictureInfo.pictureId(info) - (int) reference) << unused) >> unused;
        long extended = reference + distance;
        reference = Math.max(reference, extended);
        return extended;
    }
}
