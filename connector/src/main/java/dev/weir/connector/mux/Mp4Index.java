package dev.weir.connector.mux;

import java.nio.ByteBuffer;
import java.util.List;

/** The {@code sidx} box (ISO/IEC 14496-12 section 8.16.3): lets a player seek without reading every fragment. */
final class Mp4Index {
    private static final int HEADER = 40;
    private static final int REFERENCE = 12;
    private static final int STARTS_WITH_SAP_TYPE_1 = 0x9000_0000;

    private Mp4Index() {}

    static int length(int fragments) {
        return HEADER + REFERENCE * fragments;
    }

    static void write(ByteBuffer out, TrackSamples reference, long startMicros, List<FragmentRange> fragments) {
        int rate = reference.format().clockRateHz();
        BoxWriter box = new BoxWriter();
        box.startFull("sidx", 1, 0).u32(reference.number()).u32(rate);
        box.u64(ticks(startMicros, rate)).u64(0).u16(0).u16(fragments.size());
        long at = startMicros;
        for (FragmentRange fragment : fragments) {
            long until = at + fragment.durationMicros();
            box.u32(fragment.length()).u32(ticks(until, rate) - ticks(at, rate)).u32(STARTS_WITH_SAP_TYPE_1);
            at = until;
        }
        out.put(box.end().written());
    }

    private static long ticks(long micros, int rate) {
        return micros / 1_000_000 * rate + micros % 1_000_000 * rate / 1_000_000;
    }
}
