package dev.weir.webrtc.sdp;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The outcome for one m-line. Lists and maps keep the order of the SDP and are immutable.
 *
 * @param mid identification tag (RFC 5888); the m-line's number when the peer wrote none
 * @param kind {@code audio}, {@code video} or whatever else the m-line says
 * @param rejected whether the answer rejects the m-line (port 0); everything below is then empty
 * @param payloadTypes the codecs agreed on, by payload type, in order of preference, without rtx; {@code
 *     red} too, where it carries one of them (RFC 2198) and, of a viewer, was put before it
 * @param rtxPayloadTypes payload type of the retransmission format to the payload type it repairs (RFC 4588)
 * @param extensionIds header extension URI to its id in this session (RFC 8285)
 * @param rids the layers of simulcast in the offer's order (RFC 8853), empty without simulcast
 * @param ssrcs SSRCs of the sending side: the publisher's where its SDP tells them, ours towards a viewer
 * @param rtxSsrcs retransmission SSRC to the SSRC it repairs ({@code a=ssrc-group:FID})
 * @param feedback payload type to the RTCP feedback agreed on: {@code nack}, {@code nack pli}, {@code ccm fir},
 *     {@code goog-remb}, {@code transport-cc}
 * @param trackIndex index of the {@link OfferedTrack} that a viewer's m-line carries, otherwise -1
 */
public record NegotiatedMedia(
        String mid,
        String kind,
        boolean rejected,
        Map<Integer, CodecFormat> payloadTypes,
        Map<Integer, Integer> rtxPayloadTypes,
        Map<String, Integer> extensionIds,
        List<String> rids,
        List<Long> ssrcs,
        Map<Long, Long> rtxSsrcs,
        Map<Integer, Set<String>> feedback,
        int trackIndex) {

    public NegotiatedMedia {
        payloadTypes = OrderedMap.sharedCopyOf(payloadTypes);
        rtxPayloadTypes = OrderedMap.sharedCopyOf(rtxPayloadTypes);
        extensionIds = OrderedMap.sharedCopyOf(extensionIds);
        rids = List.copyOf(rids);
        ssrcs = List.copyOf(ssrcs);
        rtxSsrcs = OrderedMap.copyOf(rtxSsrcs);
        feedback = OrderedMap.sharedCopyOf(feedback);
    }

    /**
     * Returns the payload type under which a viewer with this m-line takes what is published as {@code published}; empty when
     * it has none.
     */
    public Optional<Integer> payloadTypeFor(CodecFormat published) {
        return CodecMatch.find(payloadTypes, published);
    }

    /** Tells whether {@code feedback}, for example {@code nack pli}, was agreed on for {@code payloadType}. */
    public boolean hasFeedback(int payloadType, String type) {
        return feedback.getOrDefault(payloadType, Set.of()).contains(type);
    }
}
