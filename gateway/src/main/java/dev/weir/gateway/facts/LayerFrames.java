package dev.weir.gateway.facts;

import dev.weir.gateway.relay.RelayPacket;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Finds the frames of one layer of a track, in order of their sequence numbers: a frame is over when it is whole, or when
 * what is missing has not come for a second. Time is the arrival stamps; mirror thread.
 */
final class LayerFrames {
    private static final long REORDER_MICROS = 1_000_000;
    private static final int MAX_OPEN = 64;
    private static final int MAX_FILLERS = 4_096;

    private final boolean video;
    private final Consumer<TrackedFrame> out;
    private final List<TrackedFrame> open = new ArrayList<>();
    private final TreeSet<Long> fillers = new TreeSet<>();
    private long nextSequence = -1;
    private int ssrc;
    private boolean started;
    private boolean intact;

    LayerFrames(boolean video, Consumer<TrackedFrame> out) {
        this.video = video;
        this.out = out;
    }

    /** Returns the frame that an accepted packet belongs to, a new one if need be. */
    TrackedFrame frameOf(RelayPacket packet, long batch) {
        for (int i = open.size() - 1; i >= 0; i--) {
            if (open.get(i).extendedTimestamp == packet.extendedTimestamp()) {
                return open.get(i);
            }
        }
        TrackedFrame added = new TrackedFrame(packet, batch);
        open.add(added);
        return added;
    }

    /** Returns whether the packet belongs to a frame that is not over; notes those that only pad. */
    boolean accepts(RelayPacket packet) {
        if (!started || packet.ssrc() != ssrc) {
            reset();
            started = true;
            ssrc = packet.ssrc();
        }
        boolean late = nextSequence >= 0 && packet.extendedSequence() < nextSequence;
        if (!late && packet.payloadLength() == 0) {
            fillers.add(packet.extendedSequence());
            if (fillers.size() > MAX_FILLERS) {
                fillers.pollFirst();
            }
        }
        return !late && packet.payloadLength() > 0;
    }

    /** Gives the frames that are over. */
    void advance(long nowMicros) {
        while (!open.isEmpty()) {
            TrackedFrame head = head();
            while (nextSequence >= 0 && nextSequence < head.firstSequence && fillers.remove(nextSequence)) {
                nextSequence++;
            }
            boolean overdue = open.size() > MAX_OPEN || nowMicros - head.lastArrivalMicros >= REORDER_MICROS;
            if (!overdue && !isWhole(head)) {
                return;
            }
            close(head);
        }
    }

    private boolean isWhole(TrackedFrame frame) {
        boolean follows = nextSequence < 0 || frame.firstSequence == nextSequence;
        boolean contiguous = missingBetween(frame.firstSequence, frame.lastSequence + 1) == frame.packets;
        return follows && contiguous && (!video || frame.marker || begins(frame.lastSequence + 1));
    }

    private boolean begins(long sequence) {
        for (TrackedFrame frame : open) {
            if (frame.firstSequence == sequence) {
                return true;
            }
        }
        return false;
    }

    private TrackedFrame head() {
        TrackedFrame head = open.get(0);
        for (int i = 1; i < open.size(); i++) {
            if (open.get(i).firstSequence < head.firstSequence) {
                head = open.get(i);
            }
        }
        return head;
    }

    /** Returns the sequence numbers from {@code from} to before {@code to} that no padding took. */
    private int missingBetween(long from, long to) {
        long count = to - from;
        if (count > 0 && !fillers.isEmpty()) {
            count -= fillers.subSet(from, to).size();
        }
        return (int) Math.max(0, Math.min(Integer.MAX_VALUE, count));
    }

    private void close(TrackedFrame frame) {
        open.remove(frame);
        boolean first = nextSequence < 0;
        frame.missingBefore =
                first ? (frame.begins || !video ? 0 : 1) : missingBetween(nextSequence, frame.firstSequence);
        frame.missingInside = missingBetween(frame.firstSequence, frame.lastSequence + 1) - frame.packets;
        nextSequence = frame.lastSequence + 1;
        if (video && !frame.marker && !open.isEmpty() && head().firstSequence > nextSequence) {
            frame.missingInside += missingBetween(nextSequence, head().firstSequence);
            nextSequence = head().firstSequence;
        }
        if (!fillers.isEmpty()) {
            fillers.headSet(nextSequence).clear();
        }
        if (!video) {
            frame.decodable = frame.isComplete();
        } else {
            intact = frame.isComplete() && (frame.keyframe || (intact && frame.missingBefore == 0));
            frame.decodable = intact;
        }
        out.accept(frame);
    }

    /** Gives all frames as they are and forgets where the sequence stood: what comes next need not follow. */
    void reset() {
        while (!open.isEmpty()) {
            close(head());
        }
        fillers.clear();
        nextSequence = -1;
        intact = false;
    }
}
