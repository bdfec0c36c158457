package dev.weir.gateway.egress;

import dev.weir.gateway.metrics.Meter;
import dev.weir.gateway.metrics.Meters;
import dev.weir.gateway.relay.KeyframeGate;
import dev.weir.gateway.relay.PacketQueue;
import dev.weir.gateway.relay.RelayPacket;
import dev.weir.gateway.relay.RelayTrack;
import dev.weir.gateway.relay.Subscriber;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Brings packets from the publisher's loop to the viewer's, by a bounded queue that the viewer's loop drains at the end of its
 * turn: what one turn read goes out viewer by viewer, and so in trains. A full queue drops video up to the next keyframe;
 * nobody waits.
 *
 * <p>What is no packet (tracks, the join, reports) keeps its place among the packets: another publisher's first packet must
 * not go out as what the former one sent, nor the former one's last as what the new one sends.
 */
public final class ViewerSubscriber implements Subscriber {
    private static final int CAPACITY = 4096;

    /** The viewer's loop, and what it does with what arrives. */
    public interface Home {
        /** Returns whether the caller is on the viewer's loop. */
        boolean inLoop();

        /**
         * Returns what makes {@code task} run on the viewer's loop at the end of its turn: run it for that, from any thread.
         * To run it again before the task did changes nothing.
         */
        Runnable turnEnd(Runnable task);

        /** Returns the monotonic time; on the loop only. */
        long nowNanos();

        /** Says that something waits for {@link Egress#onPace}; on the loop only. */
        void paceWanted();
    }

    private final Egress egress;
    private final Home home;
    private final Meters meters;
    private final PacketQueue queue;
    private final ConcurrentLinkedQueue<Notice> notices = new ConcurrentLinkedQueue<>();
    private final KeyframeGate gate = new KeyframeGate();
    private final Runnable drainLater;
    private volatile boolean closed;
    /** Packets put into the queue; the publisher's side only. */
    private long offered;
    /** Packets taken out of it; on the loop only. */
    private long taken;

    /** Something to do before the packet that is {@code place}-th in the queue. */
    private record Notice(long place, Runnable task) {}

    /** Takes the viewer's sender and its loop. */
    public ViewerSubscriber(Egress egress, Home home, Meters meters) {
        this.meters = meters;
        this.egress = egress;
        this.home = home;
        this.queue = new PacketQueue(CAPACITY);
        this.drainLater = home.turnEnd(this::drain);
    }

    @Override
    public boolean offer(RelayPacket packet) {
        if (closed) {
            return false;
        }
        boolean wasShut = gate.isShut();
        if (!gate.admits(packet) || !queue.offer(packet)) {
            gate.onDropped(packet);
            meters.increment(Meter.RTP_PACKETS_DROPPED);
            if (gate.isShut() && !wasShut) {
                notices.add(new Notice(offered, egress::onVideoDropped));
                drainLater.run();
            }
            return false;
        }
        offered++;
        drainLater.run();
        return true;
    }

    private void drain() {
        long now = home.nowNanos();
        RelayPacket packet;
        do {
            packet = queue.poll();
            // Read after the packet: a notice before it was put there before it.
            takeNotices();
            if (packet != null) {
                taken++;
                if (!closed) {
                    egress.onPacket(packet, now);
                }
            }
        } while (packet != null);
        pace();
    }

    private void takeNotices() {
        for (Notice next = notices.peek(); next != null && next.place() <= taken; next = notices.peek()) {
            notices.remove();
            if (!closed) {
                next.task().run();
            }
        }
    }

    private void pace() {
        if (egress.wantsPacing()) {
            home.paceWanted();
        }
    }

    private void run(Runnable task) {
        notices.add(new Notice(offered, task));
        if (home.inLoop()) {
            drain();
        } else {
            drainLater.run();
        }
    }

    @Override
    public void onTracks(long epoch, List<RelayTrack> tracks) {
        run(() -> egress.onTracks(tracks));
    }

    @Override
    public void onJoin(List<RelayPacket> sinceKeyframe) {
        run(() -> egress.onJoin(sinceKeyframe, home.nowNanos()));
    }

    @Override
    public void onSenderReport(
            long epoch, int trackIndex, String rid, long ntpTimestamp, long extendedRtpTimestamp, long arrivalMicros) {
        run(() -> egress.onSenderReport(epoch, trackIndex, rid, ntpTimestamp, extendedRtpTimestamp, arrivalMicros));
    }

    /** Lets nothing more through. From any thread. */
    public void close() {
        closed = true;
    }
}
