package dev.weir.connector.restream.frame;

import dev.weir.connector.assemble.Frame;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Names the packets of an audio track by their record and their place in it, so that all readers of the log give a packet
 * the same name, wherever they begin. One thread; every packet of the track is asked for once, in order.
 */
final class PacketNumbers {
    private static final int REMEMBERED_RECORDS = 256;
    private static final long PACKETS_PER_RECORD = 4_096;

    private final Map<Long, Integer> perRecord = new LinkedHashMap<>();

    long of(Frame frame) {
        int place = perRecord.merge(frame.firstOffset(), 1, Integer::sum) - 1;
        if (perRecord.size() > REMEMBERED_RECORDS) {
            perRecord.remove(perRecord.keySet().iterator().next());
        }
        return frame.firstOffset() * PACKETS_PER_RECORD + place;
    }
}
