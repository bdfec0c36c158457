package dev.weir.webrtc.sdp;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** An offer of our own WHIP or WHEP client, {@code a=setup:actpass}; it also reads the answer. Immutable. */
public final class ClientOffer {
    private static final String PROTOCOL = "UDP/TLS/RTP/SAVPF";
    private static final int FIRST_PAYLOAD_TYPE = 96;

    private final List<NegotiatedMedia> offered;
    private final LocalDescription local;
    private final Direction direction;

    private ClientOffer(List<NegotiatedMedia> offered, LocalDescription local, Direction direction) {
        this.offered = List.copyOf(offered);
        this.local = local;
        this.direction = direction;
    }

    /** The agreed session: one media entry per m-line of the offer, and the server. */
    public record Outcome(List<NegotiatedMedia> media, RemotePeer remote) {

        public Outcome {
            media = List.copyOf(media);
        }
    }

    /** Builds a WHIP offer: every m-line {@code sendonly}. */
    public static ClientOffer publish(List<ClientMedia> media, LocalDescription local) {
        return new ClientOffer(describe(media, true, local.transportCc()), local, Direction.SENDONLY);
    }

    /** Builds a WHEP offer: every m-line {@code recvonly}. */
    public static ClientOffer view(List<ClientMedia> media, LocalDescription local) {
        return new ClientOffer(describe(media, false, local.transportCc()), local, Direction.RECVONLY);
    }

    /** Returns the text to POST. */
    public String sdp() {
        SdpWriter writer = new SdpWriter(local, "actpass");
        writer.session(offered.stream().map(NegotiatedMedia::mid).toList(), true);
        for (int i = 0; i < offered.size(); i++) {
            writer.media(PROTOCOL, offered.get(i), true, direction, i == 0);
            if (direction.sends()) {
                writer.sources(offered.get(i));
            }
        }
        return writer.text();
    }

    /**
     * Reads the server's answer. An m-line that the server rejected is {@link NegotiatedMedia#rejected()}; in the others the
     * first payload type is the one to send with. SSRCs are ours when publishing, the server's when viewing.
     *
     * @throws SdpException when the answer does not fit this offer or rejects all of it
     */
    public Outcome readAnswer(String answerSdp) throws SdpException {
        SessionDescription answer = SessionDescription.parse(answerSdp);
        if (answer.media().size() != offered.size()) {
            throw new SdpException(
                    0, "the answer has " + answer.media().size() + " m-lines, the offer " + offered.size());
        }
        List<NegotiatedMedia> media = new ArrayList<>();
        List<MediaSection> accepted = new ArrayList<>();
        for (MediaSection section : answer.media()) {
            NegotiatedMedia agreed = readSection(answer, section, offered.get(section.index()));
            media.add(agreed);
            if (!agreed.rejected()) {
                accepted.add(section);
            }
        }
        if (accepted.isEmpty()) {
            throw SdpException.unacceptable(0, "the answer rejects every m-line");
        }
        MediaSection tagged = Bundle.of(answer).tagged(accepted);
        return new Outcome(media, TransportParameters.ofAnswer(answer, tagged));
    }

    private NegotiatedMedia readSection(SessionDescription answer, MediaSection section, NegotiatedMedia ours)
            throws SdpException {
        if (!section.kind().equals(ours.kind())) {
            throw new SdpException(
                    section.line(), "the answer says " + Quoted.of(section.kind()) + ", the offer " + ours.kind());
        }
        Direction theirs = Direction.of(answer, section);
        boolean flows = direction.sends() ? theirs.receives() : theirs.sends();
        if ((section.port() == 0 && !section.bundleOnly()) || !flows) {
            return OfferReview.rejected(section);
        }
        RtpFormats formats = RtpFormats.of(section, local.transportCc());
        Map<Integer, CodecFormat> codecs = new LinkedHashMap<>(formats.codecs());
        codecs.keySet().retainAll(ours.payloadTypes().keySet());
        if (codecs.isEmpty()) {
            throw new SdpException(section.line(), "the answer has no payload type of the offer");
        }
        Sources sources = direction.sends() ? new Sources(ours.ssrcs(), ours.rtxSsrcs()) : Sources.of(section);
        return new NegotiatedMedia(
                ours.mid(),
                ours.kind(),
                false,
                Collections.unmodifiableMap(codecs),
                formats.rtx(),
                answeredExtensions(section, ours),
                List.of(),
                sources.ssrcs(),
                sources.rtx(),
                formats.feedback(),
                section.index());
    }

    private Map<String, Integer> answeredExtensions(MediaSection section, NegotiatedMedia ours) throws SdpException {
        Map<String, Integer> ids = new LinkedHashMap<>(Extensions.viewed(section, local.transportCc()));
        ids.keySet().retainAll(ours.extensionIds().keySet());
        return Collections.unmodifiableMap(ids);
    }

    private static List<NegotiatedMedia> describe(List<ClientMedia> media, boolean sends, boolean transportCc) {
        List<NegotiatedMedia> described = new ArrayList<>();
        int next = FIRST_PAYLOAD_TYPE;
        for (ClientMedia line : media) {
            Map<Integer, CodecFormat> codecs = new LinkedHashMap<>();
            Map<Integer, Integer> rtx = new LinkedHashMap<>();
            Map<Integer, Set<String>> feedback = new LinkedHashMap<>();
            int number = line.firstPayloadType() > 0 ? line.firstPayloadType() : next;
            for (CodecFormat format : line.formats()) {
                int payloadType = staticType(format, number);
                number += payloadType == number ? 1 : 0;
                codecs.put(payloadType, format);
                feedback.put(payloadType, feedback(line.kind(), transportCc));
                if (line.rtxSsrc() != 0 && line.kind().equals("video")) {
                    rtx.put(number++, payloadType);
                }
            }
            next = line.firstPayloadType() > 0 ? next : number;
            described.add(new NegotiatedMedia(
                    String.valueOf(described.size()),
                    line.kind(),
                    false,
                    codecs,
                    rtx,
                    extensions(transportCc),
                    List.of(),
                    sends ? List.of(line.ssrc()) : List.of(),
                    sends && !rtx.isEmpty() ? Map.of(line.rtxSsrc(), line.ssrc()) : Map.of(),
                    feedback,
                    -1));
        }
        return described;
    }

    private static int staticType(CodecFormat format, int dynamic) {
        return switch (format.encodingName().toUpperCase(Locale.ROOT)) {
            case "PCMU" -> 0;
            case "PCMA" -> 8;
            default -> dynamic;
        };
    }

    private static Set<String> feedback(String kind, boolean transportCc) {
        Set<String> types = new LinkedHashSet<>();
        if (kind.equals("video")) {
            types.addAll(List.of("nack", "nack pli", "ccm fir", "goog-remb"));
        }
        if (transportCc) {
            types.add("transport-cc");
        }
        return types;
    }

    private static Map<String, Integer> extensions(boolean transportCc) {
        Map<String, Integer> ids = new LinkedHashMap<>();
        ids.put(ExtensionUri.MID, 1);
        ids.put(ExtensionUri.ABS_SEND_TIME, 2);
        if (transportCc) {
            ids.put(ExtensionUri.TRANSPORT_CC, 3);
        }
        return ids;
    }
}
