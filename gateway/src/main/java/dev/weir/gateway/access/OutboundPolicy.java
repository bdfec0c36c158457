package dev.weir.gateway.access;

import dev.weir.webrtc.address.Cidr;
import dev.weir.webrtc.address.PublicInternet;
import java.net.InetAddress;
import java.util.List;

/**
 * Says which addresses the gateway itself may send requests to (server-side request forgery): those of the public internet,
 * and what the operator names.
 *
 * @param permitted blocks beyond the public internet
 */
public record OutboundPolicy(List<Cidr> permitted) {
    /** The public internet only. */
    public static final OutboundPolicy PUBLIC = new OutboundPolicy(List.of());

    public OutboundPolicy {
        permitted = List.copyOf(permitted);
    }

    /** Returns whether a connection to {@code address} may be made. */
    public boolean permits(InetAddress address) {
        return Cidr.anyContains(permitted, address) || PublicInternet.contains(address);
    }
}
