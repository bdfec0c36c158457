package dev.weir.webrtc.sdp;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A small immutable map in its order, without an object per entry: sessions that never connect are held for a while, and
 * there may be many. Looks entries up one after the other.
 */
final class OrderedMap<K, V> extends AbstractMap<K, V> {
    /** So many different maps are held once for all; then the next ones. */
    private static final int MOST_SHARED = 128;

    private static final Map<List<Object>, OrderedMap<?, ?>> SHARED = new ConcurrentHashMap<>();

    private final Object[] keysAndValues;

    private OrderedMap(Object[] keysAndValues) {
        this.keysAndValues = keysAndValues;
    }

    /** Copies {@code map}; values that are equal are held once. */
    static <K, V> Map<K, V> copyOf(Map<K, V> map) {
        if (map.isEmpty() || map instanceof OrderedMap) {
            return map.isEmpty() ? Map.of() : map;
        }
        Object[] flat = new Object[2 * map.size()];
        int at = 0;
        for (Entry<K, V> entry : map.entrySet()) {
            flat[at] = entry.getKey();
            flat[at + 1] = earlier(flat, at, entry.getValue());
            at += 2;
        }
        return new OrderedMap<>(flat);
    }

    /** As {@link #copyOf}; all copies of the same map are one, since browsers of one kind agree on the same. */
    @SuppressWarnings("unchecked") // of equal content, and immutable
    static <K, V> Map<K, V> sharedCopyOf(Map<K, V> map) {
        if (!(copyOf(map) instanceof OrderedMap<K, V> copy)) {
            return Map.of();
        }
        if (SHARED.size() >= MOST_SHARED) {
            SHARED.clear();
        }
        OrderedMap<?, ?> former = SHARED.putIfAbsent(Arrays.asList(copy.keysAndValues), copy);
        return former == null ? copy : (Map<K, V>) former;
    }

    private static Object earlier(Object[] flat, int end, Object value) {
        for (int i = 1; i < end; i += 2) {
            if (flat[i].equals(value)) {
                return flat[i];
            }
        }
        return value;
    }

    @Override
    @SuppressWarnings("unchecked")
    public @Nullable V get(@Nullable Object key) {
        for (int i = 0; i < keysAndValues.length; i += 2) {
            if (keysAndValues[i].equals(key)) {
                return (V) keysAndValues[i + 1];
            }
        }
        return null;
    }

    @Override
    public boolean containsKey(@Nullable Object key) {
        return get(key) != null;
    }

    @Override
    public int size() {
        return keysAndValues.length / 2;
    }

    @Override
    public Set<Entry<K, V>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public int size() {
                return OrderedMap.this.size();
            }

            @Override
            public Iterator<Entry<K, V>> iterator() {
                return new Entries();
            }
        };
    }

    private final class Entries implements Iterator<Entry<K, V>> {
        private int at;

        @Override
        public boolean hasNext() {
            return at < keysAndValues.length;
        }

        @Override
        @SuppressWarnings("unchecked")
        public Entry<K, V> next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            Entry<K, V> entry = Map.entry((K) keysAndValues[at], (V) keysAndValues[at + 1]);
            at += 2;
            return entry;
        }
    }
}
