package dev.weir.gateway.egress;

import dev.weir.gateway.metrics.Meter;
import dev.weir.gateway.metrics.Meters;
import dev.weir.gateway.relay.KeyframeGate;
import dev.weir.gateway.relay.PacketQueue;
import dev.weir.gateway.relay.RelayPacket;
import dev.weir.gateway.relay.RelayTrack;
import dev.weir.gateway.relay.StreamRelay;
import dev.weir.gateway.relay.Subscriber;
import dev.weir.webrtc.net.TurnLoop;
import dev.weir.webrtc.net.TurnTask;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Brings a stream's packets from the publisher's loop to one other, or the same, for all its viewers there: by a bounded queue
 * that the loop drains at the end of its turn, and then serves viewer by viewer. So a packet is handed over once for each loop,
 * however many watch, and what one turn read goes out in trains. A full queue drops video up to the next keyframe; nobody waits.
 *
 * <p>What is no packet (tracks, a join, reports) keeps its place among the packets: another publisher's first packet must
 * not go out as what the former one sent, nor the former one's last as what the new one sends.
 */
public final class ViewerFeed implements Subscriber, TurnTask {
    private static final int CAPACITY = 4096;

    private final TurnLoop loop;
    private final Meters meters;
    private final PacketQueue queue = new PacketQueue(CAPACITY);
    private final ConcurrentLinkedQueue<Notice> notices = new ConcurrentLinkedQueue<>();
    private final KeyframeGate gate = new KeyframeGate();
    private final Runnable drainLater;
    /** Packets put into the queue; the publisher's side only. */
    private long offered;

    private volatile int peers;
    private volatile boolean someLeft;

    // On the loop only.
    private final ArrayList<ViewerSubscriber> viewers = new ArrayList<>();
    /** What is to be served now, packets and notices, in order. */
    private final ArrayList<Object> batch = new ArrayList<>();

    private long taken;

    /** What a viewer is told, or everybody, before the packet that is {@code place}-th in the queue. */
    record Notice(long place, @Nullable ViewerSubscriber to, Told told) {
        boolean isFor(ViewerSubscriber viewer) {
            return to == null || to == viewer;
        }
    }

    /** Something that a viewer is told. */
    @FunctionalInterface
    interface Told {
        void tell(Egress viewer, long nowNanos);
    }

    private ViewerFeed(TurnLoop loop, Meters meters) {
        this.loop = loop;
        this.meters = meters;
        this.drainLater = loop.turnEnd(this);
    }

    /** Returns what the viewers of {@code stream} on {@code loop} have in common; from any thread. */
    public static ViewerFeed of(StreamRelay stream, TurnLoop loop, Meters meters) {
        return (ViewerFeed) stream.feed(loop, () -> new ViewerFeed(loop, meters));
    }

    @Override
    public boolean offer(RelayPacket packet) {
        boolean wasShut = gate.isShut();
        boolean accepted = gate.admits(packet) && queue.offer(packet);
        if (accepted) {
            offered++;
        } else {
            gate.onDropped(packet);
            meters.add(Meter.RTP_PACKETS_DROPPED, peers);
            if (!gate.isShut() || wasShut) {
                return false;
            }
            notices.add(new Notice(offered, null, (viewer, now) -> viewer.onVideoDropped()));
        }
        drainLater.run();
        return accepted;
    }

    @Override
    public void onTracks(long epoch, List<RelayTrack> tracks) {
        tell(null, (viewer, now) -> viewer.onTracks(tracks));
    }

    @Override
    public void onSenderReport(
            long epoch, int trackIndex, String rid, long ntpTimestamp, long extendedRtpTimestamp, long arrivalMicros) {
        tell(
                null,
                (viewer, now) -> viewer.onSenderReport(
                        epoch, trackIndex, rid, ntpTimestamp, extendedRtpTimestamp, arrivalMicros));
    }

    /** Tells {@code to}, or everybody who watches by now; on the publisher's thread. Who is told something is served from then on. */
    void tell(@Nullable ViewerSubscriber to, Told told) {
        notices.add(new Notice(offered, to, told));
        drainLater.run();
    }

    /** Has {@code to} begin with what was before; on the publisher's thread. */
    void join(ViewerSubscriber to, List<RelayPacket> sinceKeyframe) {
        tell(to, (viewer, now) -> viewer.onJoin(sinceKeyframe, now));
        if (gate.isShut()) {
            // What was dropped so far is among the packets, what comes before the next keyframe will be dropped.
            tell(to, (viewer, now) -> viewer.onVideoDropped());
        }
    }

    /** Forgets who has closed, soon; from any thread. */
    void leave() {
        someLeft = true;
        drainLater.run();
    }

    @Override
    public int peers() {
        return peers;
    }

    @Override
    public int begin() {
        if (someLeft) {
            someLeft = false;
            viewers.removeIf(ViewerSubscriber::isClosed);
        }
        RelayPacket packet;
        do {
            packet = queue.poll();
            // Read after the packet: a notice before it was put there before it.
            takeNotices();
            if (packet != null) {
                taken++;
                batch.add(packet);
            }
        } while (packet != null);
        peers = viewers.size();
        return batch.isEmpty() ? 0 : viewers.size();
    }

    private void takeNotices() {
        for (Notice next = notices.peek(); next != null && next.place() <= taken; next = notices.peek()) {
            notices.remove();
            ViewerSubscriber told = next.to();
            if (told != null && !told.isClosed() && told.takeSeat(batch.size())) {
                viewers.add(told);
            }
            batch.add(next);
        }
    }

    @Override
    public void serve(int peer) {
        viewers.get(peer).serve(batch, loop.nowNanos());
    }

    @Override
    public void end() {
        batch.clear();
    }
}
