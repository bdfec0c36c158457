package dev.weir.standalone.demo;

import java.net.InetSocketAddress;
import java.util.OptionalInt;

/**
 * Where the demo serves and what it keeps.
 *
 * @param http address of the gateway's HTTP; port 0 = any free one
 * @param udpPort UDP port of all media; 0 = any free one
 * @param kafkaPort Kafka's port, 0 = any free one; empty = that of the last start, else the usual one, else any that is free
 * @param insecure whether other machines may come by plain HTTP and without a token
 */
public record StackConfig(InetSocketAddress http, int udpPort, OptionalInt kafkaPort, boolean insecure) {

    /** Returns whether only this machine reaches the gateway. */
    boolean isLocal() {
        return http.getAddress() != null && http.getAddress().isLoopbackAddress();
    }

    /** Returns the address that media is served on, as a literal; empty text = every address of this machine. */
    String mediaHost() {
        return http.getAddress() == null || http.getAddress().isAnyLocalAddress()
                ? ""
                : http.getAddress().getHostAddress();
    }
}
