package dev.weir.gateway.session;

import dev.weir.webrtc.ice.IceCredentials;
import dev.weir.webrtc.net.EventLoopGroup;
import dev.weir.webrtc.sdp.LocalDescription;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * Describes our side of ICE: where peers reach us. All of it is known at once, so an answer is always complete. From any
 * thread.
 */
final class LocalIce {
    private final IceConfig config;
    private final EventLoopGroup loops;
    private final String fingerprint;

    LocalIce(IceConfig config, EventLoopGroup loops, String fingerprint) {
        this.config = config;
        this.loops = loops;
        this.fingerprint = fingerprint;
    }

    LocalDescription describe(IceCredentials credentials) {
        return new LocalDescription(
                credentials.ufrag(), credentials.password(), fingerprint, candidates(), !config.full(), true);
    }

    /** UDP first: some clients (FFmpeg) look at the first candidate only, and TCP is for those whom UDP does not reach. */
    private List<String> candidates() {
        List<String> candidates = new ArrayList<>();
        for (HostPort udp : seenFromOutside(loops.localAddresses())) {
            candidates.add(LocalDescription.hostCandidate(candidates.size(), udp.host(), udp.port()));
        }
        int index = 0;
        for (HostPort tcp : seenFromOutside(loops.tcpAddresses())) {
            candidates.add(LocalDescription.tcpCandidate(candidates.size(), index++, tcp.host(), tcp.port()));
        }
        return candidates;
    }

    /** Returns the addresses of our candidates, for people: {@code host:port}, TCP marked. */
    List<String> addresses() {
        List<String> addresses = new ArrayList<>();
        seenFromOutside(loops.localAddresses()).forEach(udp -> addresses.add(udp.toString()));
        seenFromOutside(loops.tcpAddresses()).forEach(tcp -> addresses.add(tcp + " (TCP)"));
        return addresses;
    }

    private record HostPort(String host, int port) {
        @Override
        public String toString() {
            return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
        }
    }

    private List<HostPort> seenFromOutside(List<InetSocketAddress> bound) {
        if (bound.isEmpty() || config.publicAddresses().isEmpty()) {
            return bound.stream()
                    .map(address -> new HostPort(literal(address), address.getPort()))
                    .toList();
        }
        int port = bound.get(0).getPort();
        return config.publicAddresses().stream()
                .map(address -> new HostPort(address, port))
                .toList();
    }

    /** Returns the address without its zone, which means nothing to others. */
    private static String literal(InetSocketAddress address) {
        String literal = address.getAddress().getHostAddress();
        int zone = literal.indexOf('%');
        return zone < 0 ? literal : literal.substring(0, zone);
    }
}
