package dev.weir.gateway.egress;

import dev.weir.gateway.relay.PacketsAhead;
import dev.weir.gateway.relay.RelayPacket;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Holds the video that waits to be sent: what was before the join, and live packets that came meanwhile or faster than the
 * path takes them. Frames from before the join are drawn together in time, one millisecond apart. When too much waits it
 * closes: what waits is sent, nothing is taken behind it before a keyframe. One thread.
 */
final class SendQueue {
    private static final int CAPACITY = 16_384;

    private final ArrayDeque<RelayPacket> waiting = new ArrayDeque<>();
    private final Map<Long, Integer> framesBehind = new HashMap<>();
    private long newestTimestamp;
    private long bytes;
    private int replayed;
    private final PacketsAhead refused = new PacketsAhead();
    private boolean closed;
    private int lastSsrc;
    private long lastTimestamp;

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    int size() {
        return waiting.size();
    }

    /** Returns the payload bytes that wait. */
    long bytes() {
        return bytes;
    }

    /** Returns whether what waits next is from before the join. */
    boolean isReplaying() {
        return replayed > 0;
    }

    /** Takes the packets since the last keyframe, in order of arrival. */
    void start(List<RelayPacket> sinceKeyframe) {
        clear();
        List<Long> timestamps = new ArrayList<>();
        for (RelayPacket packet : sinceKeyframe) {
            add(packet);
            if (framesBehind.put(packet.extendedTimestamp(), 0) == null) {
                timestamps.add(packet.extendedTimestamp());
            }
        }
        replayed = waiting.size();
        timestamps.sort(Long::compare);
        for (int i = 0; i < timestamps.size(); i++) {
            newestTimestamp = timestamps.get(i);
            framesBehind.put(newestTimestamp, timestamps.size() - 1 - i);
        }
    }

    private void add(RelayPacket packet) {
        waiting.add(packet);
        bytes += packet.payloadLength();
    }

    /** Puts a live packet behind; false when there is no room left. */
    boolean append(RelayPacket packet) {
        if (waiting.size() >= CAPACITY) {
            return false;
        }
        add(packet);
        return true;
    }

    RelayPacket next() {
        RelayPacket packet = waiting.remove();
        bytes -= packet.payloadLength();
        if (replayed > 0) {
            replayed--;
        }
        return packet;
    }

    /** Returns the time stamp, extended and in the source's numbering, under which {@code packet} is to be shown. */
    long timestampOf(RelayPacket packet, int clockRateHz) {
        if (framesBehind.isEmpty()) {
            return packet.extendedTimestamp();
        }
        int behind = framesBehind.getOrDefault(packet.extendedTimestamp(), 0);
        return behind == 0 ? packet.extendedTimestamp() : newestTimestamp - (long) behind * (clockRateHz / 1_000);
    }

    /** Takes no picture behind that of {@code last} from now on. */
    void close(RelayPacket last) {
        closed = true;
        lastSsrc = last.ssrc();
        lastTimestamp = last.extendedTimestamp();
    }

    /** Takes no picture behind the last that waits from now on, of which there is one. */
    void close() {
        if (!closed) {
            close(waiting.getLast());
        }
    }

    /** Keeps what may be part of a keyframe whose first packet is late, while closed. */
    void refuse(RelayPacket packet) {
        refused.add(packet);
    }

    /** Takes packets again, beginning with {@code keyframe}; false when there is no room left. */
    boolean reopen(RelayPacket keyframe) {
        closed = false;
        boolean taken = append(keyframe);
        for (RelayPacket packet : refused.takeAfter(keyframe)) {
            taken &= append(packet);
        }
        return taken;
    }

    void open() {
        closed = false;
    }

    boolean isClosed() {
        return closed;
    }

    /** Returns whether {@code packet} belongs to a picture that was still taken. */
    boolean takes(RelayPacket packet) {
        return !closed || (packet.ssrc() == lastSsrc && packet.extendedTimestamp() <= lastTimestamp);
    }

    /**
     * Drops whole frames: everything up to the last keyframe that waits, but for the rest of {@code begun}, the frame of
     * which a part was sent. A keyframe that waits in front stays, alone. Returns how many packets went.
     */
    int drop(@Nullable RelayPacket begun) {
        List<RelayPacket> all = new ArrayList<>(waiting);
        int keep = all.size();
        for (int i = all.size() - 1; i >= 0 && keep == all.size(); i--) {
            boolean starts = all.get(i).keyframeStart() && (i == 0 || !samePicture(all.get(i), all.get(i - 1)));
            keep = starts ? i : keep;
        }
        RelayPacket only = keep == 0 && !all.isEmpty() ? all.get(0) : null;
        if (only != null) {
            close(only);
        }
        waiting.clear();
        bytes = 0;
        for (int i = 0; i < all.size(); i++) {
            boolean stays = only == null ? i >= keep : samePicture(all.get(i), only);
            if (stays || (begun != null && samePicture(all.get(i), begun))) {
                add(all.get(i));
            }
        }
        replayed = 0;
        return all.size() - waiting.size();
    }

    private static boolean samePicture(RelayPacket one, RelayPacket other) {
        return one.extendedTimestamp() == other.extendedTimestamp() && one.ssrc() == other.ssrc();
    }

    void clear() {
        waiting.clear();
        framesBehind.clear();
        bytes = 0;
        replayed = 0;
        closed = false;
    }
}
