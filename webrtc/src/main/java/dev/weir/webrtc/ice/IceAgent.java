package dev.weir.webrtc.ice;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds and keeps a path to the peer. Bytes and time in; bytes out through a {@link DatagramSink}. One loop. */
public sealed interface IceAgent permits LiteAgent, FullAgent {
    /** Takes a STUN message; returns false when it was malformed or not authentic, and had no effect. */
    boolean handle(ByteBuffer stun, FiveTuple path, long nowNanos);

    /** Returns whether a check on {@code path} was authenticated and consent there has not expired. */
    boolean isValidated(FiveTuple path);

    /**
     * Notes that media or feedback came on a validated path and was authentic. A lite agent takes it for a sign of life, as
     * some clients (FFmpeg's muxer) send no checks once they are connected; a full agent has checks of its own.
     */
    default void onAuthenticMedia(FiveTuple path, long nowNanos) {}

    /** Returns the path in use, or null before the first validated one. */
    @Nullable
    FiveTuple selected();

    /** Selects the best validated path there is, nominated or not, when none is selected. */
    void selectAny(long nowNanos);

    /** Returns the paths that {@link #isValidated} says yes to. */
    List<FiveTuple> validated();

    /** Adds a candidate of the peer; a lite agent ignores it. */
    void addRemoteCandidate(IceCandidate candidate, long nowNanos);

    /** Returns when {@link #onTimeout} wants to be called; {@code Long.MAX_VALUE} = never. */
    long nextDeadlineNanos();

    /** Does what is due. */
    void onTimeout(long nowNanos);
}
