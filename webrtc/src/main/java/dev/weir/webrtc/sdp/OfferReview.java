package dev.weir.webrtc.sdp;

import java.util.List;
import java.util.Map;

/** Checks that both kinds of answer make on an offer's m-lines. */
final class OfferReview {
    private OfferReview() {}

    /** Tells whether the m-line is RTP media that the offer keeps alive; data channels and disabled m-lines are not. */
    static boolean isLiveMedia(MediaSection section) {
        boolean media = section.kind().equals("audio") || section.kind().equals("video");
        return media && !isDisabled(section);
    }

    /** Tells whether the offer itself does not want the m-line (RFC 3264 section 6). */
    static boolean isDisabled(MediaSection section) {
        return section.port() == 0 && !section.bundleOnly();
    }

    /** Refuses a transport that we don't speak: only DTLS-SRTP on one bundled, multiplexed transport. */
    static void requireTransport(MediaSection section, Bundle bundle) throws SdpException {
        if (!section.protocol().endsWith("RTP/SAVPF")) {
            throw refuse(section, "needs UDP/TLS/RTP/SAVPF, not " + Quoted.of(section.protocol()));
        }
        if (!bundle.carries(section)) {
            throw refuse(section, "is not in a=group:BUNDLE");
        }
        if (!section.attributeList().has("rtcp-mux")) {
            throw refuse(section, "has no a=rtcp-mux");
        }
    }

    static SdpException refuse(MediaSection section, String reason) {
        return SdpException.unacceptable(section.line(), section.describe() + " " + reason);
    }

    static NegotiatedMedia rejected(MediaSection section) {
        return new NegotiatedMedia(
                mid(section),
                section.kind(),
                true,
                Map.of(),
                Map.of(),
                Map.of(),
                List.of(),
                List.of(),
                Map.of(),
                Map.of(),
                -1);
    }

    static String mid(MediaSection section) {
        return section.mid().orElse(String.valueOf(section.index()));
    }

    static boolean allowsMixedExtensions(SessionDescription offer) {
        return offer.attributeList().has("extmap-allow-mixed")
                || offer.media().stream()
                        .anyMatch(section -> section.attributeList().has("extmap-allow-mixed"));
    }
}
