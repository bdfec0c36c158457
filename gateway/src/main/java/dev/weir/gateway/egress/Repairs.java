package dev.weir.gateway.egress;

import dev.weir.gateway.congestion.BandwidthEstimator;
import dev.weir.gateway.congestion.DeliveryListener;
import dev.weir.gateway.congestion.Pacer;
import dev.weir.gateway.metrics.Meter;
import dev.weir.gateway.metrics.Meters;
import java.util.List;

/**
 * Decides what a viewer is sent again: what it asks for (NACK, RFC 4585 section 6.2.1), and on paths that lose but have room
 * also what nobody asked for. That is what transport-wide feedback tells as lost, because the NACK may be lost too, and a
 * second copy of each repair a moment later, because a player that has to ask twice stands still meanwhile. One thread.
 */
final class Repairs implements DeliveryListener {
    /** Part of what the path carries that repairs may take: more of them would only feed a collapse. */
    private static final int REPAIR_PERCENT = 50;

    /** Part of the media's rate that repairs may take which nobody asked for. */
    private static final int UNASKED_PERCENT = 50;

    /** Without word of the path repairs may take as much as the media itself, and at least this: a storm ends there. */
    private static final long LEAST_REPAIR_BPS = 1_000_000;

    /** Where less is lost, hardly ever a repair or its NACK is. */
    private static final double LEAST_LOSS = 0.02;

    private static final long LEAST_COPY_NANOS = Egress.PACE_NANOS;
    /** Most bursts are over then. */
    private static final long MOST_COPY_NANOS = 25_000_000;

    /**
     * As long as libwebrtc keeps what it sent itself. Its player asks for a keyframe when it has shown nothing for three
     * seconds: what is older it does not wait for.
     */
    private static final long LEAST_KEPT_NANOS = 3_000_000_000L;

    private static final int ROUND_TRIPS_KEPT = 9;

    private static final int ROOM = 256;
    private static final int REPAIR_BIT = 1 << 16;
    private static final int TRACK_SHIFT = 17;

    private final List<OutputTrack> tracks;
    private final BandwidthEstimator estimator;
    private final LayerControl layers;
    private final Meters meters;
    private final Pacer all = new Pacer(0);
    private final Pacer unasked = new Pacer(0);
    /** Second copies in the order in which they are due. */
    private final int[] copies = new int[ROOM];

    private final long[] dueNanos = new long[ROOM];
    private int first;
    private int waiting;
    private long nowNanos;
    private long sentBps;
    private long mediaBps;
    private boolean hasRoom;
    /** The shortest lately: a NACK that comes sooner after a repair was sent before it could arrive. */
    private long roundTripNanos;

    private long latestRoundTripNanos;

    Repairs(List<OutputTrack> tracks, BandwidthEstimator estimator, LayerControl layers, Meters meters) {
        this.tracks = tracks;
        this.estimator = estimator;
        this.layers = layers;
        this.meters = meters;
    }

    /** Returns the mark of a packet of the {@code index}-th track, or of a {@code repair} of it. */
    static int mark(int index, long sequence, boolean repair) {
        return index << TRACK_SHIFT | (repair ? REPAIR_BIT : 0) | ((int) sequence & 0xFFFF);
    }

    /** Sets the time of what is told next. */
    void at(long now) {
        nowNanos = now;
        long bps = estimator.isMeasured()
                ? estimator.estimateBps() * REPAIR_PERCENT / 100
                : Math.max(LEAST_REPAIR_BPS, sentBps);
        all.setRate(bps, now);
        long spareBps = estimator.isMeasured() ? Math.max(0, estimator.estimateBps() - mediaBps) : mediaBps;
        unasked.setRate(Math.min(mediaBps * UNASKED_PERCENT / 100, spareBps), now);
        hasRoom = spareBps > 0 && !layers.isThin() && !estimator.isCongested(now);
    }

    /** Sets what was sent lately, in bits per second: everything, and {@code media} without repairs. */
    void sentBps(long everything, long media) {
        sentBps = everything;
        mediaBps = media;
    }

    /** Notes a round trip of the path. */
    void onRoundTrip(long nanos) {
        latestRoundTripNanos = nanos;
        boolean shorter = roundTripNanos == 0 || nanos < roundTripNanos;
        roundTripNanos = shorter ? nanos : roundTripNanos + (nanos - roundTripNanos) / 16;
    }

    /** Lets go of what was sent too long ago to be asked for. Wants to be called even when nothing is sent. */
    void onTick(long now) {
        long ageNanos = Math.max(LEAST_KEPT_NANOS, ROUND_TRIPS_KEPT * latestRoundTripNanos);
        for (int i = 0; i < tracks.size(); i++) {
            tracks.get(i).repeats.forget(ageNanos, now);
        }
    }

    /** The viewer asks for a packet. */
    void onNack(OutputTrack track, int sequenceNumber) {
        if (all.mayPass(nowNanos) && track.repeats.isDue(sequenceNumber, roundTripNanos, nowNanos)) {
            repair(track, sequenceNumber, false);
        }
    }

    @Override
    public void onLost(int mark, long sentNanos) {
        boolean useful = hasRoom && !estimator.isReordering() && mayPassUnasked();
        OutputTrack track = tracks.get(mark >> TRACK_SHIFT);
        if (useful && track.repeats.isMissing(mark & 0xFFFF, sentNanos)) {
            repair(track, mark & 0xFFFF, true);
        }
    }

    @Override
    public void onArrived(int mark, boolean toldLost) {
        if (toldLost || (mark & REPAIR_BIT) != 0) {
            tracks.get(mark >> TRACK_SHIFT).repeats.onArrived(mark & 0xFFFF);
        }
    }

    private boolean mayPassUnasked() {
        return all.mayPass(nowNanos) && unasked.mayPass(nowNanos);
    }

    private void repair(OutputTrack track, int sequenceNumber, boolean isUnasked) {
        send(track, sequenceNumber, isUnasked);
        if (hasRoom && estimator.usualLoss() >= LEAST_LOSS && waiting < ROOM && track.repeats.sendsCopies()) {
            long wait = Math.max(LEAST_COPY_NANOS, Math.min(MOST_COPY_NANOS, roundTripNanos / 2));
            int slot = (first + waiting) % ROOM;
            long before = waiting == 0 ? nowNanos : dueNanos[(slot + ROOM - 1) % ROOM];
            dueNanos[slot] = Math.max(before, nowNanos + wait);
            copies[slot] = mark(tracks.indexOf(track), sequenceNumber, true);
            waiting++;
            track.repeats.onPlanned(sequenceNumber, dueNanos[slot]);
        }
    }

    private void send(OutputTrack track, int sequenceNumber, boolean isUnasked) {
        int bytes = track.repeats.resend(sequenceNumber, nowNanos);
        if (bytes > 0) {
            all.onSent(bytes);
            if (isUnasked) {
                unasked.onSent(bytes);
            }
            meters.increment(Meter.RTP_PACKETS_RETRANSMITTED);
        }
    }

    /** Returns whether nothing waits for {@link #onPace}. */
    boolean isEmpty() {
        return waiting == 0;
    }

    /** Sends the second copies that are due, but for those of which the first came. */
    void onPace(long now) {
        if (waiting > 0) {
            at(now);
        }
        while (waiting > 0 && now - dueNanos[first] >= 0) {
            int mark = copies[first];
            OutputTrack track = tracks.get(mark >> TRACK_SHIFT);
            if (hasRoom && mayPassUnasked() && track.repeats.isMissing(mark & 0xFFFF, dueNanos[first])) {
                send(track, mark & 0xFFFF, true);
            }
            first = (first + 1) % ROOM;
            waiting--;
        }
    }
}
