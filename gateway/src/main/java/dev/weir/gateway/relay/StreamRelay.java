package dev.weir.gateway.relay;

import dev.weir.webrtc.codec.Codec;
import dev.weir.webrtc.rtp.MediaKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One stream: its publisher, its subscribers and what a joining viewer needs. Subscribers come and go from any thread;
 * packets come from one publisher, on its thread.
 *
 * <p>No lock is on a packet's way: what a packet changes belongs to who publishes, which a {@link Gate} sees to, and others
 * read snapshots. The lock is for those who begin and end publications.
 */
public final class StreamRelay {
    private final String id;
    private final RelayConfig config;
    private final List<SubscriberFactory> tapFactories;
    private final Seats seats = new Seats();
    private final ConcurrentHashMap<Object, Subscriber> feeds = new ConcurrentHashMap<>(4);
    private final StreamCounters counters = new StreamCounters();

    private volatile @Nullable Publication publication;
    private volatile long epoch;
    private volatile List<RelayTrack> tracks = List.of();
    private volatile boolean joining;
    private final AtomicInteger waiting = new AtomicInteger();

    private final Object lock = new Object();
    /** That of packets that come without a registered publisher. */
    private final Gate unregistered = new Gate();

    private final Layers layers = new Layers();

    // Of who publishes.
    private List<Subscriber> taps = List.of();
    private boolean begun;

    StreamRelay(String id, RelayConfig config, List<SubscriberFactory> tapFactories) {
        this.id = id;
        this.config = config;
        this.tapFactories = tapFactories;
        unregistered.open();
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
        return seats.count();
    }

    public StreamStats stats() {
        return counters.snapshot(subscriberCount(), epoch, isLive());
    }

    /** Adds {@code subscriber}; it hears {@code onTracks} and {@code onJoin} on the publisher's thread before any packet. */
    public void addSubscriber(Subscriber subscriber) {
        seats.add(subscriber);
        joining = true;
        Publication current = publication;
        if (current != null) {
            current.publisher().executor().execute(() -> serveJoins(current));
        }
    }

    /** Removes {@code subscriber}; a call to it that is under way may still end. No-op when it is not there. */
    public void removeSubscriber(Subscriber subscriber) {
        seats.remove(subscriber);
    }

    /**
     * Returns the {@link Subscriber#feed} of those who have {@code owner} in common, such as a loop; made when there is none yet.
     * From any thread.
     */
    public Subscriber feed(Object owner, Supplier<Subscriber> made) {
        return feeds.computeIfAbsent(owner, unused -> made.get());
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
        synchronized (unregistered) {
            return publish(publication, packet);
        }
    }

    /** Forwards {@code packet} on the thread of {@code from}; nothing, once that is not the publisher any more. */
    int publish(@Nullable Publication from, RelayPacket packet) {
        Gate gate = gate(from);
        if (!gate.enter()) {
            return 0;
        }
        try {
            return forward(packet);
        } finally {
            gate.leave();
        }
    }

    private Gate gate(@Nullable Publication from) {
        return from == null ? unregistered : from.gate();
    }

    private int forward(RelayPacket packet) {
        begin();
        serveJoins();
        Codec codec = packet.keyframeStart() ? codec(packet.trackIndex()) : null;
        layers.get(packet.trackIndex(), packet.rid()).add(packet, codec, config);
        for (int i = 0; i < taps.size(); i++) {
            taps.get(i).offer(packet);
        }
        List<Seats.Row> rows = seats.rows();
        int reached = 0;
        int served = 0;
        for (int i = 0; i < rows.size(); i++) {
            Seats.Row row = rows.get(i);
            served += row.seats;
            if (row.feed.offer(packet)) {
                reached += row.seats;
            }
        }
        counters.onPacket(packet, reached, served - reached);
        return reached;
    }

    private void serveJoins(Publication from) {
        if (from.gate().enter()) {
            serveJoins();
            from.gate().leave();
        }
    }

    private void serveJoins() {
        if (!joining) {
            return;
        }
        joining = false;
        seats.join().forEach(this::join);
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
        for (Seats.Row row : seats.rows()) {
            row.feed.onTracks(epoch, tracks);
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

    /** Makes {@code next} the publisher. From any thread. */
    void take(Publication next) {
        synchronized (lock) {
            gate(publication).close();
            finish("another publisher took over");
            publication = next;
            next.taken();
            epoch = next.epoch();
            tracks = List.of();
            next.gate().open();
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
        if (!from.gate().enter()) {
            return;
        }
        try {
            tracks = announced;
            if (begun) {
                tellTracks();
            } else {
                begin();
            }
            serveJoins();
        } finally {
            from.gate().leave();
        }
    }

    void senderReport(Publication from, int trackIndex, String rid, long ntp, long extendedTimestamp, long micros) {
        if (!from.gate().enter()) {
            return;
        }
        try {
            begin();
            layers.get(trackIndex, rid).onSenderReport(ntp, extendedTimestamp, micros);
            for (Subscriber tap : taps) {
                tap.onSenderReport(epoch, trackIndex, rid, ntp, extendedTimestamp, micros);
            }
            for (Seats.Row row : seats.rows()) {
                row.feed.onSenderReport(epoch, trackIndex, rid, ntp, extendedTimestamp, micros);
            }
        } finally {
            from.gate().leave();
        }
    }

    void countLost(long packets) {
        counters.onLost(packets);
    }

    void end(Publication from, String reason) {
        synchronized (lock) {
            if (from == publication) {
                from.gate().close();
                finish(reason);
                publication = null;
                unregistered.open();
            }
        }
    }

    private void finish(String reason) {
        if (begun) {
            for (Subscriber tap : taps) {
                tap.onEnd(epoch, reason);
            }
            for (Seats.Row row : seats.rows()) {
                row.feed.onEnd(epoch, reason);
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
        return layers.stats(track, nowNanos);
    }

    /** Fills {@code target} with what the layers of a track cost now. From any thread. */
    public void layerRates(int trackIndex, LayerRates target, long nowNanos) {
        layers.rates(trackIndex, target, nowNanos);
    }

    /** Returns the layers that come now, tracks without layers included. From any thread. */
    public List<LayerFlow> flows(long nowNanos) {
        return layers.flows(nowNanos);
    }

    private @Nullable Codec codec(int trackIndex) {
        List<RelayTrack> all = tracks;
        return trackIndex < all.size()
                ? Codec.ofEncodingName(all.get(trackIndex).format().encodingName())
                        .orElse(null)
                : null;
    }
}
