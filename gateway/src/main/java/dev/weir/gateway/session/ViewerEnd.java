package dev.weir.gateway.session;

import dev.weir.gateway.egress.Egress;
import dev.weir.gateway.egress.LayerChoice;
import dev.weir.gateway.egress.ViewerFeed;
import dev.weir.gateway.egress.ViewerSubscriber;
import dev.weir.gateway.ingest.PublisherStats;
import dev.weir.gateway.ingest.WallClock;
import dev.weir.gateway.metrics.Meters;
import dev.weir.gateway.relay.LayerStats;
import dev.weir.gateway.relay.MediaRelay;
import dev.weir.gateway.relay.RelayTrack;
import dev.weir.gateway.relay.StreamRelay;
import dev.weir.webrtc.net.HomeLoop;
import dev.weir.webrtc.net.HomeTimer;
import dev.weir.webrtc.rtp.MediaKind;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The viewer's side of a session: it joins the stream once connected. On the session's loop. */
final class ViewerEnd implements MediaEnd, ViewerSubscriber.Owner {
    /** A publisher that agreed on several codecs shows by its first packets which one it uses. */
    private static final long UNFIT_NANOS = 2_000_000_000L;

    private final MediaRelay relay;
    private final StreamRelay stream;
    private final Supplier<Egress> making;
    private final HomeLoop loop;
    private final WallClock clock;
    private final Meters meters;
    private final Map<String, LayerChoice> wishes = new LinkedHashMap<>(0);
    private final List<MediaLine> lines;
    private final Consumer<List<String>> onLayers;
    private List<String> shown = List.of();
    private List<RelayTrack> compared = List.of();
    private boolean unshowable;
    private boolean unfit;
    private long unfitSinceNanos;
    /** From the connection on: who only asks for a session shall cost little. */
    private volatile @Nullable Egress egress;

    private @Nullable ViewerSubscriber subscriber;
    private boolean atLiveEdge;
    private final HomeTimer nextPace;
    private boolean pacing;
    private Rest rest = new Rest(() -> {}, 0);
    private boolean over;

    /** {@code onLayers} hears of the layers that are shown, when they change. */
    ViewerEnd(
            MediaRelay relay,
            StreamRelay stream,
            Supplier<Egress> making,
            List<MediaLine> lines,
            HomeLoop loop,
            WallClock clock,
            Consumer<List<String>> onLayers,
            Meters meters) {
        this.lines = List.copyOf(lines);
        this.onLayers = onLayers;
        this.relay = relay;
        this.stream = stream;
        this.making = making;
        this.loop = loop;
        this.nextPace = loop.timer(this::pace);
        this.clock = clock;
        this.meters = meters;
    }

    @Override
    public Optional<EndReason> onConnected(long nowNanos, Runnable wake) {
        rest = new Rest(wake, nowNanos);
        Egress made = making.get();
        ViewerSubscriber seat = new ViewerSubscriber(made, ViewerFeed.of(stream, loop.turns(), meters), this);
        egress = made;
        subscriber = seat;
        if (atLiveEdge) {
            made.joinAtLiveEdge();
        }
        wishes.forEach((mid, choice) -> chooseLayer(mid, choice, nowNanos));
        return relay.addSubscriber(stream.id(), seat) ? Optional.empty() : Optional.of(EndReason.STREAM_ENDED);
    }

    @Override
    public void onRtp(ByteBuffer packet, long nowNanos) {
        // A viewer has nothing to send.
    }

    @Override
    public void onRtcp(ByteBuffer compound, long nowNanos) {
        Egress connected = egress;
        if (connected != null) {
            connected.onRtcp(compound, nowNanos);
            if (connected.wantsPacing()) {
                paceWanted();
            }
        }
    }

    @Override
    public long tickNanos(long nowNanos) {
        return rest.begins(nowNanos) ? QUIET_TICK_NANOS : Egress.TICK_NANOS;
    }

    @Override
    public void onTick(long nowNanos) {
        Egress connected = egress;
        if (connected == null) {
            return;
        }
        connected.onTick(nowNanos, clock.microsAt(nowNanos));
        if (connected.wantsPacing()) {
            paceWanted();
        }
        boolean misses = stream.isActive() && cannotShow(connected, stream.tracks());
        if (misses && !unfit) {
            unfitSinceNanos = nowNanos;
        }
        unfit = misses;
        if (connected.showsLayersBut(shown)) {
            shown = connected.layers();
            onLayers.accept(shown);
        }
    }

    /** Compares formats only when the publisher announced others. */
    private boolean cannotShow(Egress connected, List<RelayTrack> announced) {
        if (announced != compared) {
            compared = announced;
            unshowable = connected.cannotShow(announced);
        }
        return unshowable;
    }

    @Override
    public Optional<EndReason> ending(long nowNanos) {
        return unfit && nowNanos - unfitSinceNanos >= UNFIT_NANOS
                ? Optional.of(EndReason.CODECS_CHANGED)
                : Optional.empty();
    }

    @Override
    public List<MediaLine> lines() {
        return lines;
    }

    @Override
    public List<String> rids(MediaLine line) {
        return trackOf(line).map(RelayTrack::rids).orElse(List.of());
    }

    /** A stream has one track of a kind (RFC 9725 section 4.4.2). */
    private Optional<RelayTrack> trackOf(MediaLine line) {
        return stream.tracks().stream()
                .filter(track -> track.kind() == line.kind())
                .findFirst();
    }

    @Override
    public Optional<StreamSight> look(long nowNanos) {
        Map<Integer, List<LayerStats>> layers = new LinkedHashMap<>();
        for (MediaLine line : lines) {
            trackOf(line).filter(track -> track.kind() == MediaKind.VIDEO).ifPresent(track -> {
                List<LayerStats> all = stream.layers(track, nowNanos);
                if (all.size() > 1 || all.get(0).temporalBps().size() > 1) {
                    layers.put(line.index(), all);
                }
            });
        }
        return Optional.of(new StreamSight(stream.isActive(), stream.subscriberCount(), layers));
    }

    @Override
    public void chooseLayer(String mid, LayerChoice choice, long nowNanos) {
        Egress connected = egress;
        if (connected == null) {
            wishes.put(mid, choice);
        } else {
            boolean unused = connected.chooseLayer(mid, choice, nowNanos);
        }
    }

    @Override
    public void onClosing(long nowNanos) {
        Egress connected = egress;
        if (connected != null) {
            connected.bye(nowNanos);
        }
    }

    @Override
    public void joinAtLiveEdge() {
        atLiveEdge = true;
    }

    @Override
    public SessionStats stats() {
        Egress connected = egress;
        return connected == null ? SessionStats.NONE : new SessionStats(PublisherStats.NONE, connected.stats());
    }

    @Override
    public Traffic traffic() {
        Egress connected = egress;
        return new Traffic(
                connected == null ? 0 : connected.packetsSent(),
                connected == null ? 0 : connected.bytesSent(),
                connected == null ? 0 : connected.packetsLost(),
                PublisherEnd.codecsOf(stream.tracks()),
                stream.isLive() ? stream.epoch() : 0);
    }

    @Override
    public void onClosed(String reason, long nowNanos) {
        over = true;
        ViewerSubscriber seat = subscriber;
        if (seat != null) {
            seat.close();
            relay.removeSubscriber(stream, seat);
        }
        relay.leave(stream);
        Egress connected = egress;
        if (connected != null) {
            connected.flushCounters();
        }
    }

    @Override
    public void onServed(long nowNanos) {
        rest.onActivity(nowNanos);
    }

    @Override
    public void paceWanted() {
        if (!pacing && !over) {
            pacing = true;
            nextPace.start(Egress.PACE_NANOS);
        }
    }

    private void pace() {
        pacing = false;
        Egress connected = egress;
        if (over || connected == null) {
            return;
        }
        connected.onPace(loop.nowNanos());
        if (connected.wantsPacing()) {
            paceWanted();
        }
    }
}
