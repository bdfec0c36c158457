package dev.weir.webrtc.net;

import dev.weir.webrtc.ice.FiveTuple;
import dev.weir.webrtc.ice.StunUsername;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds the session of a datagram, for all loops: a check by the ufrag in its USERNAME, everything else by the 5-tuple that
 * an authenticated check claimed. Any thread.
 */
final class Router {
    private final ConcurrentHashMap<String, Attachment> byUfrag = new ConcurrentHashMap<>();

    void add(String ufrag, Attachment attachment) {
        if (byUfrag.putIfAbsent(ufrag, attachment) != null) {
            throw new IllegalArgumentException("ufrag is in use: " + ufrag);
        }
    }

    void remove(String ufrag, Attachment attachment) {
        byUfrag.remove(ufrag, attachment);
    }

    @Nullable
    Attachment byUfrag(String ufrag) {
        return byUfrag.get(ufrag);
    }

    /** Returns null when nobody wants the datagram, which is counted. */
    @Nullable
    Route find(UdpSocket socket, InetSocketAddress source, ByteBuffer datagram, LoopCounters counters) {
        Attachment client = socket.client();
        if (client != null) {
            Route known = socket.route(source);
            return known != null
                    ? known
                    : new Route(new FiveTuple(socket.bound().address(), source), client);
        }
        Route known = socket.route(source);
        if (!StunUsername.looksLikeStun(datagram)) {
            if (known == null) {
                LoopCounters.add(counters.unroutable, 1);
            }
            return known;
        }
        Optional<String> ufrag = StunUsername.receiverUfrag(datagram);
        if (ufrag.isEmpty() && known != null) {
            return known;
        }
        Attachment attachment = ufrag.isEmpty() ? null : byUfrag.get(ufrag.get());
        if (attachment == null) {
            LoopCounters.add(counters.unknownUfrag, 1);
            return null;
        }
        return known != null && known.attachment().equals(attachment)
                ? known
                : new Route(new FiveTuple(socket.bound().address(), source), attachment);
    }
}
