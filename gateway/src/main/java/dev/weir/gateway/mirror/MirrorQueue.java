package dev.weir.gateway.mirror;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Hands items from one producer thread to one consumer thread without a lock and without waiting. Grows in chunks, so
 * that it allocates once per {@value #CHUNK} items; whoever uses it bounds it ({@link MirrorBuffer}).
 *
 * @param <E> the items
 */
final class MirrorQueue<E> {
    private static final int CHUNK = 256;

    private static final class Chunk<E> {
        final AtomicReferenceArray<@Nullable E> slots = new AtomicReferenceArray<>(CHUNK);
        volatile @Nullable Chunk<E> next;
    }

    private Chunk<E> tail = new Chunk<>();
    private int tailIndex;
    private Chunk<E> head = tail;
    private int headIndex;

    /** Adds an item; producer thread. */
    void add(E item) {
        if (tailIndex == CHUNK) {
            Chunk<E> fresh = new Chunk<>();
            tail.next = fresh;
            tail = fresh;
            tailIndex = 0;
        }
        tail.slots.setRelease(tailIndex++, item);
    }

    /** Takes the oldest item; consumer thread. */
    Optional<E> poll() {
        if (headIndex == CHUNK) {
            Chunk<E> next = head.next;
            if (next == null) {
                return Optional.empty();
            }
            head = next;
            headIndex = 0;
        }
        E item = head.slots.getAcquire(headIndex);
        if (item == null) {
            return Optional.empty();
        }
        head.slots.setPlain(headIndex++, null);
        return Optional.of(item);
    }
}
