package dev.weir.webrtc.net;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.OptionalInt;

/**
 * Says where a group of loops listens.
 *
 * @param bind addresses with one common port; port 0 = one free port for all of them; a wildcard address stands for every
 *     concrete address of the interfaces that are up
 * @param tcpPort port on the same addresses where peers that UDP does not reach may connect by TCP (RFC 6544); 0 = one free
 *     port; empty = no TCP
 * @param loops number of event loops, each with a thread
 * @param receiveBufferBytes wanted SO_RCVBUF of each socket; the kernel may give less
 * @param sendBufferBytes wanted SO_SNDBUF of each socket
 * @param handshakeThreads most DTLS handshakes at a time; further ones wait
 * @param portableSockets send and receive datagram by datagram even where the kernel does better
 */
public record NetConfig(
        List<InetSocketAddress> bind,
        OptionalInt tcpPort,
        int loops,
        int receiveBufferBytes,
        int sendBufferBytes,
        int handshakeThreads,
        boolean portableSockets) {
    public NetConfig {
        bind = List.copyOf(bind);
        if (bind.isEmpty()) {
            throw new IllegalArgumentException("bind must name an address");
        }
        if (loops < 1) {
            throw new IllegalArgumentException("loops must be positive: " + loops);
        }
        if (handshakeThreads < 1) {
            throw new IllegalArgumentException("handshakeThreads must be positive: " + handshakeThreads);
        }
    }

    /** Fills in the usual: one loop per core, 4 MiB buffers, 64 handshakes at a time. */
    public static NetConfig of(List<InetSocketAddress> bind) {
        return new NetConfig(
                bind, OptionalInt.empty(), Runtime.getRuntime().availableProcessors(), 4 << 20, 4 << 20, 64, false);
    }

    /**
     * Returns how many handshakes may compute at a time: as many as there are processors, so that with a loop for each of them
     * every loop has half of a processor to itself in the worst of storms; more would not end it sooner. Two at least: one that
     * is slow must not hold up all others.
     */
    int handshakesAtWork() {
        return Math.max(2, Runtime.getRuntime().availableProcessors());
    }

    /** Returns a copy with another number of loops. */
    public NetConfig withLoops(int count) {
        return new NetConfig(
                bind, tcpPort, count, receiveBufferBytes, sendBufferBytes, handshakeThreads, portableSockets);
    }

    /** Returns a copy that takes TCP connections on {@code port}; 0 = one free port. */
    public NetConfig withTcpPort(int port) {
        return new NetConfig(
                bind,
                OptionalInt.of(port),
                loops,
                receiveBufferBytes,
                sendBufferBytes,
                handshakeThreads,
                portableSockets);
    }

    /** Returns a copy that sends and receives datagram by datagram. */
    public NetConfig withPortableSockets() {
        return new NetConfig(bind, tcpPort, loops, receiveBufferBytes, sendBufferBytes, handshakeThreads, true);
    }
}
