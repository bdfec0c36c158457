package dev.weir.webrtc.transport;

import dev.weir.webrtc.dtls.DtlsWarmUp;
import dev.weir.webrtc.srtp.SrtpWarmUp;

/** Runs what the first session would otherwise run cold. */
public final class WarmUp {
    private WarmUp() {}

    /** Blocks for some 100 ms the first time in a JVM; call it on a thread that may. */
    public static void run() {
        DtlsWarmUp.run();
        SrtpWarmUp.run();
    }
}
