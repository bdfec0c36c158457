package dev.weir.webrtc.transport;

import dev.weir.webrtc.ice.FiveTuple;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.function.BiConsumer;

/**
 * Keeps protected packets that came before our keys: a peer that finished the handshake first sends at once, and its first
 * packets are the keyframe that everything after them needs. Bounded; one thread.
 */
final class EarlyMedia {
    private static final int CAPACITY = 64;

    private final ArrayDeque<Early> packets = new ArrayDeque<>();
    private boolean replayed;

    private record Early(ByteBuffer packet, FiveTuple path) {}

    void add(ByteBuffer packet, FiveTuple path) {
        if (replayed || packets.size() == CAPACITY) {
            return;
        }
        ByteBuffer copy = ByteBuffer.allocate(packet.remaining());
        packet.get(packet.position(), copy.array());
        packets.add(new Early(copy, path));
    }

    /** Gives what was kept to {@code handler}, in order, once; later packets are not kept. */
    void replay(BiConsumer<ByteBuffer, FiveTuple> handler) {
        replayed = true;
        for (Early early = packets.poll(); early != null; early = packets.poll()) {
            handler.accept(early.packet(), early.path());
        }
    }
}
