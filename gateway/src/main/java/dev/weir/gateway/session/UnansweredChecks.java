package dev.weir.gateway.session;

import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Bounds what all sessions together send by way of connectivity checks to one address that has answered none, and to all
 * such addresses: whoever posts an offer may name the address of somebody who never asked. From any thread; full ICE only.
 */
final class UnansweredChecks {
    /** For one address, at once: some 80 checks. */
    static final int BURST_BYTES = 8_192;

    /** For one address, afterwards. */
    static final int BYTES_PER_SECOND = 1_024;

    /** For all addresses that never answered: 1 Mbit/s. */
    static final int ALL_BYTES_PER_SECOND = 125_000;

    /** An address that answered counts as known for so long. */
    private static final long KNOWN_NANOS = 60_000_000_000L;

    /** More than {@link #ALL_BYTES_PER_SECOND} reaches within the time that a bucket takes to fill. */
    private static final int MAX_ADDRESSES = 20_000;

    private static final double SECOND_NANOS = 1e9;

    private final Map<ClientNetwork, Address> addresses = new LinkedHashMap<>(16, 0.75f, true);
    private final Bucket all = new Bucket(ALL_BYTES_PER_SECOND, ALL_BYTES_PER_SECOND);

    private static final class Address {
        final Bucket bucket = new Bucket(BURST_BYTES, BYTES_PER_SECOND);
        long answeredNanos;
        boolean answered;
    }

    /** Fills at a steady rate up to its size. */
    private static final class Bucket {
        private final double size;
        private final double perSecond;
        private double level;
        private long filledNanos;
        private boolean begun;

        Bucket(double size, double perSecond) {
            this.size = size;
            this.perSecond = perSecond;
            this.level = size;
        }

        boolean holds(int bytes, long nowNanos) {
            // Loops read the clock each for themselves, so it may seem to step back a little.
            double seconds = begun ? Math.max(0, nowNanos - filledNanos) / SECOND_NANOS : 0;
            begun = true;
            filledNanos = nowNanos;
            level = Math.min(size, level + seconds * perSecond);
            return level >= bytes;
        }

        void take(int bytes) {
            level -= bytes;
        }
    }

    /** Returns whether a check of {@code bytes} may go to {@code to}; if so, it counts. */
    synchronized boolean admits(InetAddress to, int bytes, long nowNanos) {
        Address address = address(to);
        if (address.answered && nowNanos - address.answeredNanos < KNOWN_NANOS) {
            return true;
        }
        if (!address.bucket.holds(bytes, nowNanos) || !all.holds(bytes, nowNanos)) {
            return false;
        }
        address.bucket.take(bytes);
        all.take(bytes);
        return true;
    }

    /** Notes that a check was answered from {@code by}. */
    synchronized void answered(InetAddress by, long nowNanos) {
        Address address = address(by);
        address.answered = true;
        address.answeredNanos = nowNanos;
    }

    private Address address(InetAddress key) {
        Address found = addresses.computeIfAbsent(ClientNetwork.of(key), absent -> new Address());
        if (addresses.size() > MAX_ADDRESSES) {
            addresses.remove(addresses.keySet().iterator().next());
        }
        return found;
    }
}
