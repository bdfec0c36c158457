package dev.weir.webrtc.net;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Turns what the operator wrote into concrete addresses, because a socket on a wildcard address answers from whichever
 * address the kernel likes, and a browser then never connects.
 */
final class BindAddresses {
    private BindAddresses() {}

    /** Returns concrete addresses in order of preference: as written; for a wildcard IPv4 first and loopback last. */
    static List<InetAddress> expand(List<InetSocketAddress> bind) throws IOException {
        Set<InetAddress> addresses = new LinkedHashSet<>();
        for (InetSocketAddress wanted : bind) {
            InetAddress address = wanted.getAddress();
            if (address == null) {
                throw new IOException("cannot resolve " + wanted.getHostString());
            }
            if (address.isAnyLocalAddress()) {
                addresses.addAll(interfaces(address instanceof Inet4Address));
            } else {
                addresses.add(address);
            }
        }
        return List.copyOf(addresses);
    }

    private static List<InetAddress> interfaces(boolean onlyIpv4) throws IOException {
        List<InetAddress> found = new ArrayList<>();
        for (NetworkInterface card : Collections.list(NetworkInterface.getNetworkInterfaces())) {
            if (!card.isUp()) {
                continue;
            }
            for (InetAddress address : Collections.list(card.getInetAddresses())) {
                boolean usable = !address.isLinkLocalAddress() && !address.isMulticastAddress();
                if (usable && (address instanceof Inet4Address || !onlyIpv4)) {
                    found.add(address);
                }
            }
        }
        found.sort(Comparator.comparing(InetAddress::isLoopbackAddress)
                .thenComparing(address -> !(address instanceof Inet4Address)));
        return found;
    }
}
