package dev.weir.gateway.session;

import dev.weir.gateway.egress.Egress;
import dev.weir.gateway.egress.LayerChoice;
import dev.weir.gateway.egress.ViewerSubscriber;
import dev.weir.gateway.ingest.WallClock;
import dev.weir.gateway.metrics.Meters;
import dev.weir.gateway.relay.MediaRelay;
import dev.weir.gateway.relay.StreamRelay;
import dev.weir.webrtc.net.EventLoop;
import java.nio.ByteBuffer;
import java.util.Optional;

/** The viewer's side of a session: it joins the stream once connected. On the session's loop. */
final class ViewerEnd implements MediaEnd, ViewerSubscriber.Home {
    private final MediaRelay relay;
    private final StreamRelay stream;
    private final Egress egress;
    private final EventLoop loop;
    private final WallClock clock;
    private final ViewerSubscriber subscriber;
    private boolean pacing;
    private boolean over;

    ViewerEnd(MediaRelay relay, StreamRelay stream, Egress egress, EventLoop loop, WallClock clock, Meters meters) {
        this.relay = relay;
        this.stream = stream;
        this.egress = egress;
        this.loop = loop;
        this.clock = clock;
        this.subscriber = new ViewerSubscriber(egress, this, meters);
    }

    @Override
    public Optional<EndReason> onConnected(long nowNanos) {
        return relay.addSubscriber(stream.id(), subscriber) ? Optional.empty() : Optional.of(EndReason.STREAM_ENDED);
    }

    @Override
    public void onRtp(ByteBuffer packet, long nowNanos) {
        // A viewer has nothing to send.
    }

    @Override
    public void onRtcp(ByteBuffer compound, long nowNanos) {
        egress.onRtcp(compound, nowNanos);
    }

    @Override
    public long tickNanos() {
        return Egress.TICK_NANOS;
    }

    @Override
    public void onTick(long nowNanos) {
        egress.onTick(nowNanos, clock.microsAt(nowNanos));
    }

    @Override
    public void chooseLayer(String mid, LayerChoice choice, long nowNanos) {
        boolean unused = egress.chooseLayer(mid, choice, nowNanos);
    }

    @Override
    public void onClosing(long nowNanos) {
        egress.bye(nowNanos);
    }

    @Override
    public Traffic traffic() {
        return new Traffic(
                egress.packetsSent(),
                egress.bytesSent(),
                egress.packetsLost(),
                PublisherEnd.codecsOf(stream.tracks()),
                stream.isLive() ? stream.epoch() : 0);
    }

    @Override
    public void onClosed(String reason, long nowNanos) {
        over = true;
        subscriber.close();
        relay.removeSubscriber(stream, subscriber);
        egress.flushCounters();
    }

    @Override
    public boolean inLoop() {
        return loop.inLoop();
    }

    @Override
    public void execute(Runnable task) {
        loop.execute(task);
    }

    @Override
    public long nowNanos() {
        return loop.nowNanos();
    }

    @Override
    public void replayStarted() {
        if (!pacing) {
            pacing = true;
            pace();
        }
    }

    private void pace() {
        if (over || !egress.isReplaying()) {
            pacing = false;
            return;
        }
        loop.schedule(Egress.PACE_NANOS, () -> {
            egress.onPace(loop.nowNanos());
            pace();
        });
    }
}
