package dev.weir.webrtc.sdp;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The answer to a WHEP offer: {@code sendonly} m-lines with the viewer's own payload types; an m-line that no track fits is
 * rejected with port 0.
 *
 * @param sdp the answer's text with CRLF line ends
 * @param media one entry per m-line of the offer, in its order; {@link NegotiatedMedia#trackIndex()} tells the track
 * @param remote the viewer
 */
public record ViewerAnswer(String sdp, List<NegotiatedMedia> media, RemotePeer remote) {

    public ViewerAnswer {
        media = List.copyOf(media);
    }

    /**
     * Negotiates {@code offer} for the tracks of a stream. Each m-line takes the first track of its kind that is not taken;
     * the first of its {@code payloadTypes} is the one that the viewer expects the track under. The others stay agreed on for
     * a publisher that comes later with another codec.
     *
     * @throws NoCommonCodecException when the viewer cannot decode a track that it has an m-line for, or wants none of the
     *     stream's kinds
     * @throws SdpException when the offer does not allow a session
     */
    public static ViewerAnswer negotiate(
            SessionDescription offer, List<OfferedTrack> streamTracks, LocalDescription local)
            throws NoCommonCodecException, SdpException {
        Bundle bundle = Bundle.of(offer);
        requireReceiver(offer);
        List<NegotiatedMedia> media = new ArrayList<>();
        List<MediaSection> accepted = new ArrayList<>();
        List<OfferedTrack> free = new ArrayList<>(streamTracks);
        for (MediaSection section : offer.media()) {
            Optional<OfferedTrack> track = wants(offer, section)
                    ? free.stream()
                            .filter(candidate -> candidate.kind().equals(section.kind()))
                            .findFirst()
                    : Optional.empty();
            if (track.isPresent()) {
                OfferReview.requireTransport(section, bundle);
                boolean mixed = OfferReview.allowsMixedExtensions(offer);
                media.add(agree(section, track.get(), local.transportCc(), mixed));
                accepted.add(section);
                free.remove(track.get());
            } else {
                media.add(OfferReview.rejected(section));
            }
        }
        if (accepted.isEmpty()) {
            throw nothingInCommon(offer, streamTracks);
        }
        RemotePeer remote = TransportParameters.ofOffer(offer, bundle.tagged(accepted));
        return new ViewerAnswer(write(offer, local, bundle, media, accepted, remote), media, remote);
    }

    private static void requireReceiver(SessionDescription offer) throws SdpException {
        if (offer.media().stream().noneMatch(section -> wants(offer, section))) {
            throw SdpException.unacceptable(
                    0, "no audio or video m-line of the offer receives: a player's is recvonly");
        }
    }

    private static boolean wants(SessionDescription offer, MediaSection section) {
        return OfferReview.isLiveMedia(section) && Direction.of(offer, section).receives();
    }

    private static NegotiatedMedia agree(
            MediaSection section, OfferedTrack track, boolean transportCc, boolean mixedExtensions)
            throws NoCommonCodecException, SdpException {
        RtpFormats all = RtpFormats.viewed(section, transportCc);
        Optional<Integer> match = CodecMatch.find(all.codecs(), track.format());
        if (match.isEmpty()) {
            throw new NoCommonCodecException(
                    offeredNames(all), List.of(track.format().describe()));
        }
        RtpFormats chosen = all.preferring(match.get(), track.rtxSsrc() != 0);
        return new NegotiatedMedia(
                OfferReview.mid(section),
                section.kind(),
                false,
                chosen.codecs(),
                chosen.rtx(),
                mixedExtensions
                        ? Extensions.viewedWithLayers(section, transportCc)
                        : Extensions.viewed(section, transportCc),
                List.of(),
                List.of(track.ssrc()),
                chosen.rtx().isEmpty() ? Map.of() : Map.of(track.rtxSsrc(), track.ssrc()),
                chosen.feedback(),
                track.index());
    }

    private static NoCommonCodecException nothingInCommon(SessionDescription offer, List<OfferedTrack> tracks)
            throws SdpException {
        List<String> offered = new ArrayList<>();
        for (MediaSection section : offer.media()) {
            if (wants(offer, section)) {
                offered.addAll(offeredNames(RtpFormats.of(section, false)));
            }
        }
        return new NoCommonCodecException(
                offered, tracks.stream().map(track -> track.format().describe()).toList());
    }

    private static List<String> offeredNames(RtpFormats formats) {
        return Stream.concat(formats.names().stream(), formats.unknownCodecs().stream())
                .distinct()
                .toList();
    }

    private static String write(
            SessionDescription offer,
            LocalDescription local,
            Bundle bundle,
            List<NegotiatedMedia> media,
            List<MediaSection> accepted,
            RemotePeer remote) {
        MediaSection tagged = bundle.tagged(accepted);
        SdpWriter writer = new SdpWriter(local, remote.localIsDtlsClient() ? "active" : "passive");
        writer.session(bundle.answerTags(accepted), OfferReview.allowsMixedExtensions(offer));
        for (MediaSection section : offer.media()) {
            NegotiatedMedia agreed = media.get(section.index());
            if (agreed.rejected()) {
                writer.rejected(section);
            } else {
                boolean withMid = section.mid().isPresent();
                writer.media(section.protocol(), agreed, withMid, Direction.SENDONLY, section == tagged);
                writer.sources(agreed);
            }
        }
        return writer.text();
    }
}
