package dev.weir.webrtc.transport;

import dev.weir.webrtc.ice.FiveTuple;
import dev.weir.webrtc.ice.IceRole;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps protected packets that came before our keys: a peer that finished the handshake first sends at once, and its first
 * packets are the keyframe that everything after them needs. Bounded; one thread.
 */
final class EarlyMedia {
    /** Whoever asked for a stream gets more at once than a stranger may make a server keep. */
    private static final int OF_CLIENT = 2_048;

    private static final int OF_SERVER = 64;

    private final int capacity;
    private @Nullable ArrayDeque<Early> packets;
    private boolean replayed;

    private record Early(ByteBuffer packet, FiveTuple path) {}

    /** Keeps what {@code role} may want: for a client, all that a server sends while the handshake's thread is on its way. */
    EarlyMedia(IceRole role) {
        capacity = role == IceRole.CONTROLLING ? OF_CLIENT : OF_SERVER;
    }

    void add(ByteBuffer packet, FiveTuple path) {
        if (replayed) {
            return;
        }
        ArrayDeque<Early> kept = packets;
        if (kept == null) {
            kept = new ArrayDeque<>();
            packets = kept;
        }
        if (kept.size() == capacity) {
            return;
        }
        ByteBuffer copy = ByteBuffer.allocate(packet.remaining());
        packet.get(packet.position(), copy.array());
        kept.add(new Early(copy, path));
    }

    /** Gives what was kept to {@code handler}, in order, once; later packets are not kept. */
    void replay(BiConsumer<ByteBuffer, FiveTuple> handler) {
        replayed = true;
        ArrayDeque<Early> kept = packets;
        packets = null;
        if (kept == null) {
            return;
        }
        for (Early early = kept.poll(); early != null; early = kept.poll()) {
            handler.accept(early.packet(), early.path());
        }
    }
}
