package dev.weir.webrtc.net;

/**
 * Holds the counters of a group of loops since its start.
 *
 * @param datagramsReceived every datagram that a socket gave us
 * @param datagramsSent every datagram that a socket took
 * @param sendsDropped datagrams that a full or failing socket did not take
 * @param receiveCalls system calls that received, those that found nothing included
 * @param sendCalls system calls that sent
 * @param trainsSent what one pass through the kernel sent, to one peer: up to 16 datagrams of one size, or one
 * @param trainsRefused trains of datagrams that the kernel did not take at once, which then left one by one
 * @param unknownUfrag STUN for no session of ours, or without a valid user name
 * @param unroutable other datagrams from an address without a session
 * @param handedOver datagrams that arrived on another loop than their session's
 * @param handOversDropped of those, dropped because the other loop's queue was full
 * @param tcpAccepted TCP connections that were taken
 * @param tcpRefused TCP connections that were closed at once because strangers hold too many
 * @param tcpOverdue TCP connections that no session claimed in time, or whose peer took nothing for long
 * @param endpointFailures endpoints closed because they threw
 * @param endpoints endpoints that are attached now
 * @param timers tasks that wait for their time now, cancelled ones that are not yet swept included
 * @param turns how often loops looked for something to do, each with one system call
 * @param wakeUps how often a loop that waited was woken by another thread, with system calls on both sides
 */
public record NetStats(
        long datagramsReceived,
        long bytesReceived,
        long datagramsSent,
        long bytesSent,
        long sendsDropped,
        long receiveCalls,
        long sendCalls,
        long trainsSent,
        long trainsRefused,
        long unknownUfrag,
        long unroutable,
        long handedOver,
        long handOversDropped,
        long tcpAccepted,
        long tcpRefused,
        long tcpOverdue,
        long endpointFailures,
        int endpoints,
        int timers,
        long turns,
        long wakeUps) {
    /** Of a loop that has not begun. */
    static final NetStats NONE = new NetStats(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
}
