package dev.weir.gateway.session;

import java.time.Duration;

/**
 * Settings of sessions.
 *
 * @param maxSessions most sessions at a time, publishers and viewers together
 * @param connectTimeout time from the answer to a connection after which a session ends
 * @param timeout silence of the peer (no authenticated connectivity check) after which a session ends
 * @param ice how connectivity is found
 * @param life how long sessions live, and who may end them
 * @param flood what clients can make us hold and do
 */
public record SessionConfig(
        int maxSessions, Duration connectTimeout, Duration timeout, IceConfig ice, LifeConfig life, FloodConfig flood) {
    /** 1,000 sessions, 30 s each, the sockets' own addresses. */
    public static final SessionConfig DEFAULT = new SessionConfig(
            1000, Duration.ofSeconds(30), Duration.ofSeconds(30), IceConfig.DEFAULT, LifeConfig.DEFAULT);

    /** Takes everything but the limits against floods, which are the default ones. */
    public SessionConfig(int maxSessions, Duration connectTimeout, Duration timeout, IceConfig ice, LifeConfig life) {
        this(maxSessions, connectTimeout, timeout, ice, life, FloodConfig.DEFAULT);
    }

    public SessionConfig {
        if (maxSessions < 1) {
            throw new IllegalArgumentException("sessions.max must be positive: " + maxSessions);
        }
        if (connectTimeout.isNegative() || connectTimeout.isZero()) {
            throw new IllegalArgumentException("sessions.connect-timeout must be positive: " + connectTimeout);
        }
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("sessions.timeout must be positive: " + timeout);
        }
    }
}
