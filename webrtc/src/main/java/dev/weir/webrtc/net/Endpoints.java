package dev.weir.webrtc.net;

import dev.weir.webrtc.transport.Endpoint;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The endpoints that are attached to one loop. On the loop, unless said otherwise. */
final class Endpoints {
    private final LoopCounters counters;
    private final IdentityHashMap<Endpoint, Attachment> attachments = new IdentityHashMap<>();
    private final IdentityHashMap<Attachment, UdpSocket> clientSockets = new IdentityHashMap<>();
    private final Set<Integer> clientPorts = ConcurrentHashMap.newKeySet();

    Endpoints(LoopCounters counters) {
        this.counters = counters;
    }

    void add(Attachment attachment) {
        attachments.put(attachment.endpoint(), attachment);
        LoopCounters.add(counters.endpoints, 1);
    }

    /** Adds a client, which has a socket of its own. */
    void add(Attachment client, UdpSocket socket) {
        clientSockets.put(client, socket);
        clientPorts.add(socket.bound().address().getPort());
        add(client);
    }

    @Nullable
    Attachment find(Endpoint endpoint) {
        return attachments.get(endpoint);
    }

    /** Removes it, and closes its own socket; no-op when it is not there. */
    void remove(Attachment attachment) {
        if (attachments.remove(attachment.endpoint()) != null) {
            LoopCounters.add(counters.endpoints, -1);
        }
        UdpSocket own = clientSockets.remove(attachment);
        if (own != null) {
            clientPorts.remove(own.bound().address().getPort());
            own.close();
        }
    }

    /** Returns the ports of the clients' sockets; from any thread. */
    Set<Integer> clientPorts() {
        return clientPorts;
    }

    /** Has all of them end. */
    void shutDown() {
        for (Attachment attachment : List.copyOf(attachments.values())) {
            attachment.shutDown();
        }
    }
}
