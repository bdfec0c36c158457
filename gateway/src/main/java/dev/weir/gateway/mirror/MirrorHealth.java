package dev.weir.gateway.mirror;

/**
 * How the mirror is doing.
 *
 * @param state the state
 * @param detail what an operator needs to know, empty when up
 */
public record MirrorHealth(State state, String detail) {
    /** States of the mirror. */
    public enum State {
        /** Not connected yet; media waits in the buffer. */
        CONNECTING,
        /** Kafka acknowledges. */
        UP,
        /** Kafka does not acknowledge or media was left out lately; live forwarding is not affected. */
        DEGRADED,
        /** {@link KafkaMirror#close} was called. */
        CLOSED
    }

    /** Returns whether Kafka acknowledges. */
    public boolean isUp() {
        return state == State.UP;
    }
}
