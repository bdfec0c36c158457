package dev.weir.gateway.session;

import dev.weir.gateway.relay.LayerStats;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The events that one viewer asked for, waiting to be fetched. Of each kind only the latest is kept, so that a slow or
 * absent reader costs five events at most. From any thread.
 */
public final class EventStream {
    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final long RATES_NANOS = 5 * SECOND_NANOS;

    private final String id = SessionId.random();
    private final String sessionId;
    private final Set<EventType> types;
    private final Map<EventType, ViewerEvent> waiting = new LinkedHashMap<>();
    private final Map<EventType, Long> toldAtNanos = new EnumMap<>(EventType.class);
    private Reader reader = Reader.NONE;
    private boolean closed;
    private boolean active;
    private int viewers = -1;
    private Map<Integer, List<LayerStats>> layers = Map.of();

    /** Fetches events by {@link EventStream#next}. Called on whatever thread brings news; must not block. */
    public interface Reader {
        /** Nobody reads. */
        Reader NONE = new Reader() {
            @Override
            public void onNews() {}

            @Override
            public void onClosed() {}
        };

        /** There is something to fetch. */
        void onNews();

        /** There will be nothing more, or another reader took over; what is waiting may still be fetched. */
        void onClosed();
    }

    EventStream(String sessionId, Set<EventType> types) {
        this.sessionId = sessionId;
        this.types = EnumSet.copyOf(types);
    }

    /** Returns the capability to read this stream: 144 random bits. */
    public String id() {
        return id;
    }

    String sessionId() {
        return sessionId;
    }

    /** Makes {@code next} the one reader; a former one is told to go. */
    public void read(Reader next) {
        Reader former;
        boolean over;
        synchronized (this) {
            former = reader;
            reader = next;
            over = closed;
        }
        former.onClosed();
        next.onNews();
        if (over) {
            next.onClosed();
        }
    }

    /** Leaves {@code gone}, if it still reads. */
    public synchronized void leave(Reader gone) {
        if (reader == gone) {
            reader = Reader.NONE;
        }
    }

    /** Returns the event that has waited longest, and forgets it. */
    public synchronized Optional<ViewerEvent> next() {
        return waiting.keySet().stream().findFirst().map(waiting::remove);
    }

    /** Queues {@code event} if it was asked for. */
    void tell(ViewerEvent event) {
        Reader told;
        synchronized (this) {
            if (closed || !types.contains(event.type())) {
                return;
            }
            put(event);
            told = reader;
        }
        told.onNews();
    }

    private void put(ViewerEvent event) {
        // The two are one question; who comes late wants the present answer.
        if (event.type() == EventType.ACTIVE || event.type() == EventType.INACTIVE) {
            waiting.remove(EventType.ACTIVE);
            waiting.remove(EventType.INACTIVE);
        }
        waiting.remove(event.type());
        waiting.put(event.type(), event);
    }

    /** Queues what is new in {@code sight} since the last time; counts and layers once a second at most. */
    void observe(StreamSight sight, long nowNanos) {
        List<ViewerEvent> news = new ArrayList<>();
        synchronized (this) {
            if (sight.active() != active) {
                active = sight.active();
                news.add(new ViewerEvent(active ? EventType.ACTIVE : EventType.INACTIVE, Map.of()));
            }
            if (sight.viewers() != viewers && isDue(EventType.VIEWERCOUNT, SECOND_NANOS, nowNanos)) {
                viewers = sight.viewers();
                news.add(new ViewerEvent(EventType.VIEWERCOUNT, Map.of("viewercount", viewers)));
            }
            boolean others = !shapes(sight.layers()).equals(shapes(layers));
            boolean rates = !sight.layers().equals(layers);
            if ((others && isDue(EventType.LAYERS, SECOND_NANOS, nowNanos))
                    || (rates && isDue(EventType.LAYERS, RATES_NANOS, nowNanos))) {
                layers = sight.layers();
                news.add(new ViewerEvent(EventType.LAYERS, describe(layers)));
            }
            for (ViewerEvent event : news) {
                toldAtNanos.put(event.type(), nowNanos);
            }
        }
        news.forEach(this::tell);
    }

    private boolean isDue(EventType type, long intervalNanos, long nowNanos) {
        Long last = toldAtNanos.get(type);
        return last == null || nowNanos - last >= intervalNanos;
    }

    /** What of the layers is told at once; their rates move all the time. */
    private static Map<Integer, List<String>> shapes(Map<Integer, List<LayerStats>> layers) {
        Map<Integer, List<String>> shapes = new LinkedHashMap<>();
        layers.forEach((line, all) -> shapes.put(
                line,
                all.stream()
                        .map(layer -> layer.rid() + " " + layer.widthPx() + "x" + layer.heightPx()
                                + (layer.bitrateBps() > 0) + layer.temporalBps().size())
                        .toList()));
        return shapes;
    }

    private static Map<String, Object> describe(Map<Integer, List<LayerStats>> layers) {
        Map<String, Object> lines = new LinkedHashMap<>();
        layers.forEach((line, all) -> lines.put(
                Integer.toString(line),
                all.stream().flatMap(EventStream::describe).toList()));
        return lines;
    }

    /** One entry for a layer without temporal layers, otherwise one for each of these with all below it. */
    private static Stream<Map<String, Object>> describe(LayerStats layer) {
        List<Long> temporal = layer.temporalBps();
        return temporal.size() == 1
                ? Stream.of(describe(layer, -1, layer.bitrateBps()))
                : IntStream.range(0, temporal.size()).mapToObj(id -> describe(layer, id, temporal.get(id)));
    }

    private static Map<String, Object> describe(LayerStats layer, int temporalLayer, long bps) {
        Map<String, Object> told = new LinkedHashMap<>();
        if (!layer.rid().isEmpty()) {
            told.put("rid", layer.rid());
        }
        if (temporalLayer >= 0) {
            told.put("temporalLayerId", temporalLayer);
        }
        told.put("bitrate", bps);
        if (layer.widthPx() > 0) {
            told.put("width", layer.widthPx());
            told.put("height", layer.heightPx());
        }
        return told;
    }

    /** Ends it; the reader is told. Idempotent. */
    void close() {
        Reader told;
        synchronized (this) {
            closed = true;
            told = reader;
        }
        told.onClosed();
    }

    /** Drops what waits. */
    synchronized void drop() {
        waiting.clear();
    }
}
