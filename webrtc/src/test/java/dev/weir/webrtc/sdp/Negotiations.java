package dev.weir.webrtc.sdp;

import static org.assertj.core.api.Assertions.assertThat;

/** Does with a text all that a server may do with it. */
final class Negotiations {
    private Negotiations() {}

    /** Answers {@code text} as publisher and as viewer, or refuses it with a reason; each answer must be SDP itself. */
    static void bothWays(String text) throws SdpException {
        SessionDescription offer;
        try {
            offer = SessionDescription.parse(text);
        } catch (SdpException expected) {
            assertThat(expected.getMessage()).isNotBlank();
            return;
        }
        readBack(() -> PublisherAnswer.negotiate(offer, Offers.LOCAL).sdp());
        readBack(() -> ViewerAnswer.negotiate(offer, Offers.stream("VP8"), Offers.LOCAL)
                .sdp());
    }

    private interface Negotiation {
        String answer() throws SdpException, NoCommonCodecException;
    }

    private static void readBack(Negotiation negotiation) throws SdpException {
        String answer;
        try {
            answer = negotiation.answer();
        } catch (SdpException | NoCommonCodecException expected) {
            assertThat(expected.getMessage()).isNotBlank();
            return;
        }
        SessionDescription.parse(answer);
    }
}
