package dev.weir.gateway.egress;

import dev.weir.gateway.relay.RelayPacket;
import dev.weir.gateway.relay.RelayTrack;
import dev.weir.gateway.relay.Subscriber;
import java.util.List;

/** One viewer among those that a {@link ViewerFeed} serves. It joins on the publisher's thread, and is served on its loop. */
public final class ViewerSubscriber implements Subscriber {
    /** Whom the viewer belongs to. On the loop. */
    public interface Owner {
        /** Says that the viewer was sent something, or told. */
        void onServed(long nowNanos);

        /** Says that something waits for {@link Egress#onPace}. */
        void paceWanted();
    }

    private final Egress egress;
    private final ViewerFeed feed;
    private final Owner owner;
    private volatile boolean closed;

    // On the loop only.
    private boolean seated;
    /** Where in the feed's batch the viewer's own part begins. */
    private int begin;

    /** Takes the viewer's sender and the feed of its loop. */
    public ViewerSubscriber(Egress egress, ViewerFeed feed, Owner owner) {
        this.egress = egress;
        this.feed = feed;
        this.owner = owner;
    }

    @Override
    public Subscriber feed() {
        return feed;
    }

    /** Takes a packet for this viewer alone; those of the stream come by the {@link #feed}. */
    @Override
    public boolean offer(RelayPacket packet) {
        feed.tell(this, (viewer, now) -> viewer.onPacket(packet, now));
        return !closed;
    }

    @Override
    public void onTracks(long epoch, List<RelayTrack> tracks) {
        feed.tell(this, (viewer, now) -> viewer.onTracks(tracks));
    }

    @Override
    public void onJoin(List<RelayPacket> sinceKeyframe) {
        feed.join(this, sinceKeyframe);
    }

    @Override
    public void onSenderReport(
            long epoch, int trackIndex, String rid, long ntpTimestamp, long extendedRtpTimestamp, long arrivalMicros) {
        feed.tell(
                this,
                (viewer, now) -> viewer.onSenderReport(
                        epoch, trackIndex, rid, ntpTimestamp, extendedRtpTimestamp, arrivalMicros));
    }

    /** Takes part from {@code place} in the present batch on; false when it does already. */
    boolean takeSeat(int place) {
        boolean isNew = !seated;
        if (isNew) {
            seated = true;
            begin = place;
        }
        return isNew;
    }

    /** Sends what of {@code batch} is for this viewer. */
    void serve(List<Object> batch, long nowNanos) {
        int from = begin;
        begin = 0;
        boolean served = false;
        for (int i = from; i < batch.size() && !closed; i++) {
            if (batch.get(i) instanceof RelayPacket packet) {
                egress.onPacket(packet, nowNanos);
                served = true;
            } else if (batch.get(i) instanceof ViewerFeed.Notice notice && notice.isFor(this)) {
                notice.told().tell(egress, nowNanos);
                served = true;
            }
        }
        if (served && !closed) {
            owner.onServed(nowNanos);
            if (egress.wantsPacing()) {
                owner.paceWanted();
            }
        }
    }

    /** Lets nothing more through. From any thread. */
    public void close() {
        closed = true;
        feed.leave();
    }

    boolean isClosed() {
        return closed;
    }
}
