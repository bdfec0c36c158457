package dev.weir.gateway.session;

/**
 * Limits on what clients can make the gateway hold and do.
 *
 * @param maxUnconnected most sessions at a time that have not connected; an offer costs its sender nothing
 * @param maxUnconnectedPerClient the same, of one client; loopback is not counted
 * @param maxReceiveBytes bytes a second that one session may send us; more is dropped
 * @param maxReceivePackets packets a second that one session may send us; more are dropped
 */
public record FloodConfig(
        int maxUnconnected, int maxUnconnectedPerClient, long maxReceiveBytes, int maxReceivePackets) {
    /** 500 unconnected sessions, 300 of one client; 16 MB and 20,000 packets a second. */
    public static final FloodConfig DEFAULT = new FloodConfig(500, 300, 16_000_000, 20_000);

    public FloodConfig {
        if (maxUnconnected < 1 || maxUnconnectedPerClient < 1 || maxReceiveBytes < 1 || maxReceivePackets < 1) {
            throw new IllegalArgumentException("limits of sessions must be positive: " + maxUnconnected + ", "
                    + maxUnconnectedPerClient + ", " + maxReceiveBytes + ", " + maxReceivePackets);
        }
    }
}
