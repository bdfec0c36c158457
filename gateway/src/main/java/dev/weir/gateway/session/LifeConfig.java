package dev.weir.gateway.session;

import dev.weir.webrtc.codec.Codec;
import java.time.Duration;
import java.util.List;

/**
 * Settings of how long sessions live and who may end them.
 *
 * @param stallTimeout time without media of a connected publisher after which it ends
 * @param maxDuration longest life of a session, zero = no limit
 * @param takeover who may take a stream over from a publisher that is alive
 * @param viewersWait codecs for which a viewer of a stream that is not live is accepted and waits, one of a kind; empty =
 *     it is told 409
 * @param logAddresses how much of a peer's address is told
 * @param drainTime how long a stop lets viewers follow a {@code reconnect} event before their sessions end
 * @param reconnectUrl where viewers shall go then; empty = where they came from
 */
public record LifeConfig(
        Duration stallTimeout,
        Duration maxDuration,
        TakeoverPolicy takeover,
        List<Codec> viewersWait,
        AddressPrivacy logAddresses,
        Duration drainTime,
        String reconnectUrl) {
    /** A minute of silence, no other limit, takeover by the same subject, truncated addresses, half a second to leave. */
    public static final LifeConfig DEFAULT = new LifeConfig(
            Duration.ofMinutes(1),
            Duration.ZERO,
            TakeoverPolicy.SAME_SUBJECT,
            List.of(),
            AddressPrivacy.TRUNCATED,
            Duration.ofMillis(500),
            "");

    public LifeConfig {
        viewersWait = List.copyOf(viewersWait);
        if (viewersWait.stream().map(Codec::kind).distinct().count() < viewersWait.size()) {
            throw new IllegalArgumentException("sessions.viewers-wait may name one video and one audio codec");
        }
        if (stallTimeout.isNegative() || stallTimeout.isZero()) {
            throw new IllegalArgumentException("sessions.stall-timeout must be positive: " + stallTimeout);
        }
        if (maxDuration.isNegative()) {
            throw new IllegalArgumentException("sessions.max-duration must not be negative: " + maxDuration);
        }
        if (drainTime.isNegative() || drainTime.compareTo(Duration.ofSeconds(5)) > 0) {
            throw new IllegalArgumentException("sessions.drain-time must be 0 to 5 s: " + drainTime);
        }
    }

    /** Returns a copy with another time without media. */
    public LifeConfig withStallTimeout(Duration value) {
        return new LifeConfig(value, maxDuration, takeover, viewersWait, logAddresses, drainTime, reconnectUrl);
    }

    /** Returns a copy with another limit of life. */
    public LifeConfig withMaxDuration(Duration value) {
        return new LifeConfig(stallTimeout, value, takeover, viewersWait, logAddresses, drainTime, reconnectUrl);
    }

    /** Returns a copy with another policy for second publishers. */
    public LifeConfig withTakeover(TakeoverPolicy value) {
        return new LifeConfig(stallTimeout, maxDuration, value, viewersWait, logAddresses, drainTime, reconnectUrl);
    }

    /** Returns a copy in which viewers wait for a publisher of these codecs. */
    public LifeConfig withViewersWait(List<Codec> value) {
        return new LifeConfig(stallTimeout, maxDuration, takeover, value, logAddresses, drainTime, reconnectUrl);
    }

    /** Returns a copy that tells more or less of addresses. */
    public LifeConfig withLogAddresses(AddressPrivacy value) {
        return new LifeConfig(stallTimeout, maxDuration, takeover, viewersWait, value, drainTime, reconnectUrl);
    }

    /** Returns a copy with another time for viewers to leave, and where to. */
    public LifeConfig withDrain(Duration time, String url) {
        return new LifeConfig(stallTimeout, maxDuration, takeover, viewersWait, logAddresses, time, url);
    }
}
