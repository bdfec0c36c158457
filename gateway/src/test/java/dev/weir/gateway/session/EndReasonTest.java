package dev.weir.gateway.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.webrtc.transport.CloseReason;
import dev.weir.webrtc.transport.TransportState;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EndReasonTest {
    /** People write rules on these: a code never changes. */
    @Test
    void codesAreStable() {
        assertThat(Arrays.stream(EndReason.values()).map(EndReason::code))
                .containsExactly(
                        "client-delete",
                        "dtls-close",
                        "never-connected",
                        "handshake-failed",
                        "fingerprint-mismatch",
                        "stalled",
                        "consent-lost",
                        "timed-out",
                        "superseded",
                        "stream-ended",
                        "codecs-changed",
                        "requested",
                        "shutdown",
                        "refused",
                        "internal-error");
    }

    @Test
    void everyEndOfATransportHasItsReason() {
        Map<CloseReason, EndReason> expected = Map.of(
                new CloseReason.Requested("x"), EndReason.REQUESTED,
                new CloseReason.PeerClosed(), EndReason.DTLS_CLOSE,
                new CloseReason.ConsentExpired(), EndReason.CONSENT_LOST,
                new CloseReason.NeverConnected(TransportState.CHECKING), EndReason.NEVER_CONNECTED,
                new CloseReason.FingerprintMismatch(), EndReason.FINGERPRINT_MISMATCH,
                new CloseReason.HandshakeFailed("x"), EndReason.HANDSHAKE_FAILED,
                new CloseReason.Failed("x"), EndReason.INTERNAL_ERROR);

        expected.forEach((close, end) -> assertThat(EndReason.of(close, false)).isEqualTo(end));
        assertThat(EndReason.of(new CloseReason.NeverConnected(TransportState.HANDSHAKING), true))
                .isEqualTo(EndReason.HANDSHAKE_FAILED);
    }
}
