package dev.weir.gateway.relay;

import java.util.concurrent.Executor;

/** The sending side of a stream, as the relay sees it: a WHIP session, or a library user. Methods from any thread. */
public interface Publisher {
    /** Returns whether it may still send; a second publisher may take the stream over from one that does not. */
    boolean isAlive();

    /** Returns whether media comes from it, as far as it knows. */
    default boolean isSending() {
        return isAlive();
    }

    /** Asks for a keyframe of {@code trackIndex}, of every layer when {@code rid} is empty. Throttled by the publisher. */
    default void requestKeyframe(int trackIndex, String rid) {}

    /** Ends it, because another publisher takes its stream over. */
    default void supersede() {}

    /** Returns where the packets are published from, so that joining viewers can be served there without waiting. */
    default Executor executor() {
        return NextPublish.INSTANCE;
    }
}
