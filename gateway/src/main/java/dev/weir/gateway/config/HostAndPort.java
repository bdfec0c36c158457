package dev.weir.gateway.config;

/**
 * An address that is not resolved.
 *
 * @param host name or literal address without brackets; empty when only a port was given
 * @param port 0 lets the system choose
 */
public record HostAndPort(String host, int port) {}
