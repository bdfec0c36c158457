package dev.weir.gateway.access;

import dev.weir.gateway.session.Caller;
import dev.weir.gateway.session.ClientNetwork;
import dev.weir.webrtc.address.Cidr;
import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;
import java.net.InetAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/** Counts requests by address and by subject. From any thread. */
public final class Rates {
    /** Beyond this many, the one that was quiet for longest is forgotten. */
    static final int MAX_KEYS = 20_000;

    private final RateConfig config;
    private final Table<ClientNetwork> addresses;
    private final Table<String> subjects;

    /** Takes its settings and a clock that never goes back. */
    public Rates(RateConfig config, LongSupplier nanoClock) {
        this.config = config;
        this.addresses = new Table<>(config.perAddress(), nanoClock);
        this.subjects = new Table<>(config.perSubject(), nanoClock);
    }

    /** Counts a request from {@code address}; returns the seconds to wait before the next try, 0 when it may go on. */
    public int take(InetAddress address) {
        return Cidr.anyContains(config.exempt(), address) ? 0 : addresses.take(ClientNetwork.of(address));
    }

    /** Counts a request of {@code caller}; returns the seconds to wait before the next try, 0 when it may go on. */
    public int take(Caller caller) {
        return caller.isAnonymous() ? 0 : subjects.take(caller.subject());
    }

    int keys() {
        return addresses.size() + subjects.size();
    }

    private static final class Table<K> {
        private final Bandwidth bandwidth;
        private final TimeMeter clock;
        private final Map<K, Bucket> buckets = new LinkedHashMap<>(64, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<K, Bucket> eldest) {
                return size() > MAX_KEYS;
            }
        };

        Table(Rate rate, LongSupplier nanoClock) {
            bandwidth = Bandwidth.builder()
                    .capacity(rate.burst())
                    .refillGreedy(rate.perMinute(), Duration.ofMinutes(1))
                    .build();
            clock = new TimeMeter() {
                @Override
                public long currentTimeNanos() {
                    return nanoClock.getAsLong();
                }

                @Override
                public boolean isWallClockBased() {
                    return false;
                }
            };
        }

        int take(K key) {
            Bucket bucket;
            synchronized (buckets) {
                bucket = buckets.computeIfAbsent(
                        key,
                        absent -> Bucket.builder()
                                .addLimit(bandwidth)
                                .withCustomTimePrecision(clock)
                                .build());
            }
            ConsumptionProbe probe = bucket.tryConsumeAndReturnRemaining(1);
            if (probe.isConsumed()) {
                return 0;
            }
            return (int) Math.max(
                    1,
                    Duration.ofNanos(probe.getNanosToWaitForRefill())
                            .plusMillis(999)
                            .toSeconds());
        }

        int size() {
            synchronized (buckets) {
                return buckets.size();
            }
        }
    }
}
