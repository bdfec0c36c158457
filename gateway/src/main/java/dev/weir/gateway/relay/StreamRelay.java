package dev.weir.gateway.relay;

import dev.weir.webrtc.codec.Codec;
import dev.weir.webrtc.rtp.MediaKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One stream: its publisher, its subscribers and what a joining viewer needs. Subscribers come and go from any thread;
 * packets come from one publisher, on its thread.
 *
 * <p>The lock is taken once per packet in, by the publisher, and is free but in the moment when one publisher takes over
 * from another on another loop. Nothing is waited for under it.
 */
public final class StreamRelay {
    private static final Seat[] NOBODY = {};

    private final String id;
    private final RelayConfig config;
    private final List<SubscriberFactory> tapFactories;
    private final AtomicReference<Seat[]> seats = new AtomicReference<>(NOBODY);
    private final StreamCounters counters = new StreamCounters();

    private volatile @Nullable Publication publication;
    private volatile long epoch;
    private volatile List<RelayTrack> tracks = List.of();
    private volatile boolean joining;
    private final AtomicInteger waiting = new AtomicInteger();

    private final Object lock = new Object();
    private List<Subscriber> taps = List.of();
    private boolean begun;
    private final ArrayList<Layer> layers = new ArrayList<>();

    /** A subscriber's place; {@code joined} belongs to the lock. */
    private static final class Seat {
        private final Subscriber subscriber;
        private boolean joined;

        Seat(Subscriber subscriber) {
            this.subscriber = subscriber;
        }
    }

    StreamRelay(String id, RelayConfig config, List<SubscriberFactory> tapFactories) {
        this.id = id;
        this.config = config;
        this.tapFactories = tapFactories;
    }

    public String id() {
        return id;
    }

    /** Returns the epoch of the present or last publisher, 0 before the first. */
    public long epoch() {
        return epoch;
    }

    /** Returns the tracks of the present or last publisher. */
    public List<RelayTrack> tracks() {
        return tracks;
    }

    /** Returns whether a publisher holds the stream that has not ended; the last packets of one that has may still come. */
    public boolean isLive() {
        Publication current = publication;
        return current != null && current.publisher().isAlive();
    }

    /** Returns whether a publisher holds the stream and media comes from it. */
    public boolean isActive() {
        Publication current = publication;
        return current != null && current.publisher().isSending();
    }

    /** Returns viewers and subscriptions, without taps. */
    public int subscriberCount() {
        return seats().length;
    }

    private Seat[] seats() {
        return Objects.requireNonNull(seats.get());
    }

    public StreamStats stats() {
        return counters.snapshot(subscriberCount(), epoch, isLive());
    }

    /** Adds {@code subscriber}; it hears {@code onTracks} and {@code onJoin} on the publisher's thread before any packet. */
    public void addSubscriber(Subscriber subscriber) {
        Seat seat = new Seat(subscriber);
        seats.updateAndGet(old -> {
            Seat[] all = java.util.Arrays.copyOf(old, old.length + 1);
            all[old.length] = seat;
            return all;
        });
        joining = true;
        Publication current = publication;
        if (current != null) {
            current.publisher().executor().execute(this::serveJoins);
        }
    }

    /** Removes {@code subscriber}; a call to it that is under way may still end. No-op when it is not there. */
    public void removeSubscriber(Subscriber subscriber) {
        seats.updateAndGet(old -> {
            ArrayList<Seat> kept = new ArrayList<>(old.length);
            for (Seat seat : old) {
                if (seat.subscriber != subscriber) {
                    kept.add(seat);
                }
            }
            return kept.toArray(NOBODY);
        });
    }

    /** Asks the publisher for a keyframe of every video track and layer; any thread. */
    public void requestKeyframe() {
        for (RelayTrack track : tracks) {
            if (track.kind() == MediaKind.VIDEO) {
                requestKeyframe(track.index(), "");
            }
        }
    }

    /** Asks the publisher for a keyframe of one layer, of all when {@code rid} is empty; any thread. */
    public void requestKeyframe(int trackIndex, String rid) {
        Publication current = publication;
        if (current != null) {
            current.publisher().requestKeyframe(trackIndex, rid);
        }
    }

    /**
     * Forwards {@code packet} for a library user who publishes without registering; with a registered publisher, on its
     * behalf. Returns how many subscribers took it, taps not counted.
     */
    public int publish(RelayPacket packet) {
        return publish(publication, packet);
    }

    int publish(@Nullable Publication from, RelayPacket packet) {
        synchronized (lock) {
            if (from != publication) {
                return 0;
            }
            begin();
            serveJoinsLocked();
            Codec codec = packet.keyframeStart() ? codec(packet.trackIndex()) : null;
            layer(packet.trackIndex(), packet.rid()).add(packet, codec, config);
            for (int i = 0; i < taps.size(); i++) {
                taps.get(i).offer(packet);
            }
            Seat[] all = seats();
            int reached = 0;
            int served = 0;
            for (int i = 0; i < all.length; i++) {
                if (all[i].joined) {
                    served++;
                    if (all[i].subscriber.offer(packet)) {
                        reached++;
                    }
                }
            }
            counters.onPacket(packet, reached, served - reached);
            return reached;
        }
    }

    private void serveJoins() {
        synchronized (lock) {
            serveJoinsLocked();
        }
    }

    private void serveJoinsLocked() {
        if (!joining) {
            return;
        }
        joining = false;
        for (Seat seat : seats()) {
            if (!seat.joined) {
                seat.joined = true;
                join(seat.subscriber);
            }
        }
    }

    private void join(Subscriber subscriber) {
        subscriber.onTracks(epoch, tracks);
        JoinBuffer recent = new JoinBuffer();
        for (Layer layer : layers) {
            layer.tellReport(subscriber, epoch);
            recent.add(layer.sinceKeyframe());
        }
        if (recent.isEmpty()) {
            requestKeyframe();
        }
        subscriber.onJoin(recent.packets());
    }

    /** Tells taps and viewers that an epoch begins, once. */
    private void begin() {
        if (begun) {
            return;
        }
        begun = true;
        layers.clear();
        ArrayList<Subscriber> created = new ArrayList<>(tapFactories.size());
        for (SubscriberFactory factory : tapFactories) {
            created.add(factory.subscribe(this));
        }
        taps = created;
        tellTracks();
    }

    private void tellTracks() {
        for (Subscriber tap : taps) {
            tap.onTracks(epoch, tracks);
        }
        for (Seat seat : seats()) {
            if (seat.joined) {
                seat.subscriber.onTracks(epoch, tracks);
            }
        }
    }

    /** A publisher waits to take over, or a viewer for a publisher; the stream stays meanwhile. */
    void addWaiting() {
        waiting.incrementAndGet();
    }

    void dropWaiting() {
        waiting.decrementAndGet();
    }

    /** Returns whether anybody publishes, watches or waits for either. */
    boolean isNeeded() {
        return publication != null || subscriberCount() > 0 || waiting.get() > 0;
    }

    Optional<Publication> publication() {
        return Optional.ofNullable(publication);
    }

    void take(Publication next) {
        synchronized (lock) {
            finish("another publisher took over");
            publication = next;
            next.taken();
            epoch = next.epoch();
            tracks = List.of();
        }
    }

    void expect(Publication from, List<RelayTrack> expected) {
        synchronized (lock) {
            if (from == publication) {
                tracks = expected;
            }
        }
    }

    void announce(Publication from, List<RelayTrack> announced) {
        synchronized (lock) {
            if (from != publication) {
                return;
            }
            tracks = announced;
            if (begun) {
                tellTracks();
            } else {
                begin();
            }
            serveJoinsLocked();
        }
    }

    void senderReport(Publication from, int trackIndex, String rid, long ntp, long extendedTimestamp, long micros) {
        synchronized (lock) {
            if (from != publication) {
                return;
            }
            begin();
            layer(trackIndex, rid).onSenderReport(ntp, extendedTimestamp, micros);
            for (Subscriber tap : taps) {
                tap.onSenderReport(epoch, trackIndex, rid, ntp, extendedTimestamp, micros);
            }
            for (Seat seat : seats()) {
                if (seat.joined) {
                    seat.subscriber.onSenderReport(epoch, trackIndex, rid, ntp, extendedTimestamp, micros);
                }
            }
        }
    }

    void countLost(long packets) {
        counters.onLost(packets);
    }

    void end(Publication from, String reason) {
        synchronized (lock) {
            if (from == publication) {
                finish(reason);
                publication = null;
            }
        }
    }

    private void finish(String reason) {
        if (begun) {
            for (Subscriber tap : taps) {
                tap.onEnd(epoch, reason);
            }
            for (Seat seat : seats()) {
                if (seat.joined) {
                    seat.subscriber.onEnd(epoch, reason);
                }
            }
        }
        begun = false;
        taps = List.of();
        layers.clear();
    }

    /**
     * Returns the simulcast layers of {@code track} that were announced, in that order; without simulcast the track as one.
     * Any thread, on the publisher's clock.
     */
    public List<LayerStats> layers(RelayTrack track, long nowNanos) {
        List<LayerStats> all = new ArrayList<>();
        synchronized (lock) {
            for (String rid : track.rids().isEmpty() ? List.of("") : track.rids()) {
                LayerStats stats = new LayerStats(rid, 0, List.of(0L), 0, 0);
                for (Layer layer : layers) {
                    if (layer.is(track.index(), rid)) {
                        stats = layer.stats(nowNanos);
                    }
                }
                all.add(stats);
            }
        }
        return all;
    }

    /** Fills {@code target} with what the layers of a track cost now. From any thread. */
    public void layerRates(int trackIndex, LayerRates target, long nowNanos) {
        target.clear();
        synchronized (lock) {
            for (int i = 0; i < layers.size(); i++) {
                Layer layer = layers.get(i);
                if (layer.trackIndex == trackIndex && layer.comes(nowNanos)) {
                    layer.tellRates(target);
                }
            }
        }
    }

    /** Returns the layers that come now, tracks without layers included. From any thread. */
    public List<LayerFlow> flows(long nowNanos) {
        ArrayList<LayerFlow> stats = new ArrayList<>();
        synchronized (lock) {
            for (Layer layer : layers) {
                if (layer.comes(nowNanos)) {
                    stats.add(layer.flow());
                }
            }
        }
        return List.copyOf(stats);
    }

    private @Nullable Codec codec(int trackIndex) {
        List<RelayTrack> all = tracks;
        return trackIndex < all.size()
                ? Codec.ofEncodingName(all.get(trackIndex).format().encodingName())
                        .orElse(null)
                : null;
    }

    private Layer layer(int trackIndex, String rid) {
        for (int i = 0; i < layers.size(); i++) {
            Layer layer = layers.get(i);
            if (layer.is(trackIndex, rid)) {
                return layer;
            }
        }
        Layer added = new Layer(trackIndex, rid);
        layers.add(added);
        return added;
    }
}
