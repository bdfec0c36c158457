package dev.weir.webrtc.transport;

import dev.weir.webrtc.dtls.DtlsWarmUp;
import dev.weir.webrtc.srtp.SrtpWarmUp;
import java.util.function.BooleanSupplier;

/** Runs what the first session would otherwise run cold. */
public final class WarmUp {
    /** By then the compiler has seen what is hot; further ones win less than they cost. */
    private static final int MOST_HANDSHAKES = 20;

    private static final long CHEAP_NANOS = 5_000_000;

    private WarmUp() {}

    /**
     * Repeats until a handshake is cheap, or {@code busy} says that real ones have come, which must not wait for the processor
     * then. Blocks for half a second the first time in a JVM; call it on a thread that may.
     */
    public static void run(BooleanSupplier busy) {
        long nanos = DtlsWarmUp.run().nanos();
        SrtpWarmUp.run();
        for (int i = 1; i < MOST_HANDSHAKES && nanos > CHEAP_NANOS && !busy.getAsBoolean(); i++) {
            nanos = DtlsWarmUp.run().nanos();
        }
    }
}
