package dev.weir.standalone.clip;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * One coded picture.
 *
 * @param annexB its NAL units behind start codes, without the access unit delimiter; read-only, do not move
 * @param keyframe true if it holds an IDR picture
 */
public record AccessUnit(ByteBuffer annexB, boolean keyframe) {

    private static final int NAL_IDR = 5;
    private static final int NAL_DELIMITER = 9;
    private static final int START_CODE_LENGTH = 3;

    /**
     * Splits a byte stream (ITU-T H.264 annex B) in which every access unit begins with a delimiter.
     *
     * @throws IllegalArgumentException if it does not begin with one
     */
    public static List<AccessUnit> split(byte[] stream) {
        List<Integer> starts = startCodes(stream);
        if (starts.isEmpty() || nalType(stream, starts.get(0)) != NAL_DELIMITER) {
            throw new IllegalArgumentException("the stream does not begin with an access unit delimiter");
        }
        List<AccessUnit> units = new ArrayList<>();
        int from = -1;
        boolean keyframe = false;
        for (int i = 0; i < starts.size(); i++) {
            int type = nalType(stream, starts.get(i));
            if (type == NAL_DELIMITER) {
                if (from >= 0) {
                    units.add(unit(stream, from, starts.get(i), keyframe));
                }
                from = i + 1 < starts.size() ? starts.get(i + 1) : stream.length;
                keyframe = false;
            }
            keyframe |= type == NAL_IDR;
        }
        units.add(unit(stream, from, stream.length, keyframe));
        return List.copyOf(units);
    }

    private static AccessUnit unit(byte[] stream, int from, int to, boolean keyframe) {
        byte[] bytes = new byte[to - from];
        System.arraycopy(stream, from, bytes, 0, bytes.length);
        return new AccessUnit(ByteBuffer.wrap(bytes), keyframe);
    }

    private static int nalType(byte[] stream, int startCode) {
        int offset = startCode + (stream[startCode + 2] == 0 ? START_CODE_LENGTH + 1 : START_CODE_LENGTH);
        return stream[offset] & 0x1F;
    }

    /** Returns where the start codes of three or four bytes begin. */
    private static List<Integer> startCodes(byte[] stream) {
        List<Integer> starts = new ArrayList<>();
        for (int i = 0; i + START_CODE_LENGTH < stream.length; i++) {
            if (stream[i] == 0 && stream[i + 1] == 0 && stream[i + 2] == 1) {
                boolean four = i > 0 && stream[i - 1] == 0;
                starts.add(four ? i - 1 : i);
                i += 2;
            }
        }
        return starts;
    }
}
