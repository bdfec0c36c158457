package dev.weir.webrtc.sdp;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The answer to a WHIP offer (RFC 9725): every m-line {@code recvonly}, one BUNDLE, RTCP multiplexed.
 *
 * @param sdp the answer's text with CRLF line ends; below 8 KiB for every known client's offer
 * @param media one entry per m-line of the offer, in its order
 * @param remote the publisher
 * @param oneMediaStream whether all tracks name the same MediaStream, as RFC 9725 section 4.4.2 wants; some clients don't
 */
public record PublisherAnswer(String sdp, List<NegotiatedMedia> media, RemotePeer remote, boolean oneMediaStream) {

    public PublisherAnswer {
        media = List.copyOf(media);
    }

    /**
     * Negotiates {@code offer}.
     *
     * @throws SdpException when the offer does not allow a session: wrong direction, two tracks of a kind, something else than media, no usable codec
     *     in an m-line (RFC 9725 section 4.4.3 wants no partial success), missing ICE or DTLS parameters
     */
    public static PublisherAnswer negotiate(SessionDescription offer, LocalDescription local) throws SdpException {
        Bundle bundle = Bundle.of(offer);
        List<MediaSection> accepted = accepted(offer, bundle);
        MediaSection tagged = bundle.tagged(accepted);
        RemotePeer remote = TransportParameters.ofOffer(offer, tagged);
        SdpWriter writer = new SdpWriter(local, remote.localIsDtlsClient() ? "active" : "passive");
        writer.session(bundle.answerTags(accepted), OfferReview.allowsMixedExtensions(offer));
        List<NegotiatedMedia> media = new ArrayList<>();
        for (MediaSection section : offer.media()) {
            if (accepted.contains(section)) {
                NegotiatedMedia agreed = agree(section, local.transportCc());
                boolean withMid = section.mid().isPresent();
                writer.media(section.protocol(), agreed, withMid, Direction.RECVONLY, section == tagged);
                writer.simulcast(Simulcast.of(section));
                media.add(agreed);
            } else {
                writer.rejected(section);
                media.add(OfferReview.rejected(section));
            }
        }
        return new PublisherAnswer(writer.text(), media, remote, Msid.isOneStream(accepted));
    }

    private static List<MediaSection> accepted(SessionDescription offer, Bundle bundle) throws SdpException {
        List<MediaSection> accepted = new ArrayList<>();
        Set<String> kinds = new HashSet<>();
        for (MediaSection section : offer.media()) {
            if (OfferReview.isDisabled(section)) {
                continue;
            }
            if (!OfferReview.isLiveMedia(section)) {
                throw OfferReview.refuse(section, "is not taken: publish audio and video only");
            }
            OfferReview.requireTransport(section, bundle);
            Direction direction = Direction.of(offer, section);
            if (!direction.sends()) {
                throw OfferReview.refuse(section, "is " + direction.word() + ": a publisher sends");
            }
            if (!kinds.add(section.kind())) {
                throw OfferReview.refuse(section, "is the second of its kind: publish one audio and one video track");
            }
            accepted.add(section);
        }
        if (accepted.isEmpty()) {
            throw SdpException.unacceptable(0, "the offer has no audio or video to publish");
        }
        return accepted;
    }

    private static NegotiatedMedia agree(MediaSection section, boolean transportCc) throws SdpException {
        RtpFormats formats = RtpFormats.published(section, transportCc);
        if (formats.codecs().isEmpty()) {
            throw OfferReview.refuse(section, "offers no codec that can be forwarded: it has " + formats.unknown());
        }
        Sources sources = Sources.of(section);
        return new NegotiatedMedia(
                OfferReview.mid(section),
                section.kind(),
                false,
                formats.codecs(),
                formats.rtx(),
                Extensions.published(section, transportCc, formats.prefers("AV1")),
                Simulcast.of(section).rids(),
                sources.ssrcs(),
                sources.rtx(),
                formats.feedback(),
                -1);
    }
}
