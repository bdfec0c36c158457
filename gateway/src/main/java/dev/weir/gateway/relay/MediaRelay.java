package dev.weir.gateway.relay;

import java.time.InstantSource;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Holds all streams: who publishes them, who watches them. From any thread.
 *
 * <p>A stream that {@link #createStream} made stays until {@link #removeStream}; one that came with its publisher goes when
 * the publisher and the last subscriber are gone.
 */
public final class MediaRelay {
    private final RelayConfig config;
    private final List<SubscriberFactory> taps;
    private final InstantSource clock;
    private final ConcurrentHashMap<String, Entry> streams = new ConcurrentHashMap<>();
    private final AtomicLong lastEpoch = new AtomicLong();
    private final AtomicLong subscriptions = new AtomicLong();

    private record Entry(StreamRelay stream, boolean kept) {}

    /** Creates a relay with default settings and no taps. */
    public MediaRelay() {
        this(RelayConfig.DEFAULT, List.of());
    }

    /** Creates a relay; each of {@code taps} hears every stream. */
    public MediaRelay(RelayConfig config, List<SubscriberFactory> taps) {
        this(config, taps, InstantSource.system());
    }

    /** Takes the wall clock too, from which epochs are made. */
    public MediaRelay(RelayConfig config, List<SubscriberFactory> taps, InstantSource clock) {
        this.config = config;
        this.taps = List.copyOf(taps);
        this.clock = clock;
    }

    /**
     * Creates the stream {@code id}, or returns the one that is there; it now stays until {@link #removeStream}.
     *
     * @throws IllegalArgumentException when {@code id} is not a stream id
     */
    public StreamRelay createStream(String id) {
        StreamId.check(id);
        return streams.compute(id, (key, old) -> old == null ? fresh(key, true) : new Entry(old.stream, true)).stream;
    }

    /** Ends the publication and lets the stream go; viewers hear no more. Returns whether it was there. */
    public boolean removeStream(String id) {
        Entry entry = streams.remove(id);
        if (entry == null) {
            return false;
        }
        entry.stream.publication().ifPresent(publication -> {
            publication.publisher().supersede();
            publication.end("stream removed");
        });
        return true;
    }

    /**
     * Makes {@code publisher} the source of the stream, which is created when needed, and begins a new epoch. Epochs grow
     * over restarts of the process too: they start from the wall clock in milliseconds.
     *
     * @throws AlreadyPublishedException when another publisher holds the stream and is alive
     */
    public Publication registerPublisher(String id, Publisher publisher) throws AlreadyPublishedException {
        Publication publication = contend(id, publisher, former -> config.takeover());
        boolean unused = publication.holds() || takeOver(publication, former -> {});
        return publication;
    }

    /**
     * As {@link #registerPublisher}, but with a policy and without haste: when {@code mayReplace} allows it to push out the
     * present publisher, which is passed to it, that one goes on until {@link #takeOver}; so one who never connects disturbs
     * nobody. {@link Publication#holds} tells which case it is.
     *
     * @throws AlreadyPublishedException when another publisher holds the stream, is alive and may not be replaced
     */
    public Publication contend(String id, Publisher publisher, Predicate<Publisher> mayReplace)
            throws AlreadyPublishedException {
        StreamId.check(id);
        Publication[] made = new Publication[1];
        streams.compute(id, (key, old) -> {
            Entry entry = old == null ? fresh(key, false) : old;
            Optional<Publication> former = entry.stream.publication();
            boolean taken = former.isPresent() && former.get().publisher().isAlive();
            if (taken && !mayReplace.test(former.get().publisher())) {
                return entry;
            }
            made[0] = new Publication(entry.stream, publisher, nextEpoch());
            if (taken) {
                entry.stream.addWaiting();
            } else {
                former.ifPresent(publication -> publication.publisher().supersede());
                entry.stream.take(made[0]);
            }
            return entry;
        });
        if (made[0] == null) {
            throw new AlreadyPublishedException(id);
        }
        return made[0];
    }

    /**
     * Makes {@code contender} the source of its stream; viewers stay. The former publisher is told to end, and so is
     * {@code superseded}. False when a later publisher holds the stream, or the stream is gone.
     */
    public boolean takeOver(Publication contender, Consumer<Publisher> superseded) {
        StreamRelay stream = contender.stream();
        boolean[] taken = new boolean[1];
        streams.computeIfPresent(stream.id(), (key, entry) -> {
            if (entry.stream == stream && contender.epoch() > stream.epoch()) {
                stream.publication().map(Publication::publisher).ifPresent(former -> {
                    former.supersede();
                    superseded.accept(former);
                });
                stream.take(contender);
                stream.dropWaiting();
                taken[0] = true;
            }
            return entry;
        });
        return taken[0];
    }

    private long nextEpoch() {
        long now = clock.millis();
        return lastEpoch.updateAndGet(last -> Math.max(now, last + 1));
    }

    /** Returns the stream {@code id} for a viewer who waits for its publisher; it stays until {@link #leave}. */
    public StreamRelay await(String id) {
        StreamId.check(id);
        return streams.compute(id, (key, old) -> {
                    Entry entry = old == null ? fresh(key, false) : old;
                    entry.stream.addWaiting();
                    return entry;
                })
                .stream;
    }

    /** Undoes {@link #await}. */
    public void leave(StreamRelay stream) {
        stream.dropWaiting();
        forgetIfUnused(stream.id());
    }

    /** Ends {@code publication} and forgets its stream when nobody else needs it. */
    public void endPublication(Publication publication, String reason) {
        if (!publication.everHeld()) {
            publication.stream().dropWaiting();
        }
        publication.end(reason);
        forgetIfUnused(publication.stream().id());
    }

    /**
     * Subscribes to the stream {@code id}.
     *
     * @throws NoSuchElementException when there is no such stream
     */
    public Subscription subscribe(String id) {
        StreamRelay stream = find(id).orElseThrow(() -> new NoSuchElementException("no stream " + id));
        Subscription subscription =
                new Subscription(id + "/" + subscriptions.incrementAndGet(), stream, config.subscriptionCapacity());
        stream.addSubscriber(subscription.subscriber());
        return subscription;
    }

    /** Adds {@code subscriber} to the stream; false when there is no such stream. */
    public boolean addSubscriber(String id, Subscriber subscriber) {
        return streams.computeIfPresent(id, (key, entry) -> {
                    entry.stream.addSubscriber(subscriber);
                    return entry;
                })
                != null;
    }

    /** Removes {@code subscriber} and forgets the stream when nobody else needs it. */
    public void removeSubscriber(StreamRelay stream, Subscriber subscriber) {
        stream.removeSubscriber(subscriber);
        forgetIfUnused(stream.id());
    }

    private void forgetIfUnused(String id) {
        streams.computeIfPresent(id, (key, entry) -> entry.kept || entry.stream.isNeeded() ? entry : null);
    }

    /**
     * Forwards {@code packet} to the subscribers of the stream; returns how many took it, 0 also when there is no such
     * stream.
     */
    public int publish(String id, RelayPacket packet) {
        Entry entry = streams.get(id);
        return entry == null ? 0 : entry.stream.publish(packet);
    }

    /** Returns the stream's counters, empty when there is no such stream. */
    public Optional<StreamStats> stats(String id) {
        return find(id).map(StreamRelay::stats);
    }

    public Optional<StreamRelay> find(String id) {
        return Optional.ofNullable(streams.get(id)).map(Entry::stream);
    }

    /** Returns the streams there are now, by id. */
    public List<StreamRelay> streams() {
        TreeMap<String, StreamRelay> sorted = new TreeMap<>();
        streams.forEach((id, entry) -> sorted.put(id, entry.stream));
        return List.copyOf(sorted.values());
    }

    /** Returns how many watch the stream, 0 when there is no such stream. */
    public int viewerCount(String id) {
        return find(id).map(StreamRelay::subscriberCount).orElse(0);
    }

    private Entry fresh(String id, boolean kept) {
        return new Entry(new StreamRelay(id, config, taps), kept);
    }
}
