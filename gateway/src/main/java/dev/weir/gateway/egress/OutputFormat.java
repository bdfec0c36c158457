package dev.weir.gateway.egress;

import dev.weir.webrtc.sdp.CodecFormat;
import dev.weir.webrtc.sdp.NegotiatedMedia;
import java.util.Map;

/**
 * Under what a viewer's m-line takes one codec.
 *
 * @param rtxPayloadType payload type of its repairs, -1 = none
 * @param redPayloadType payload type of redundant sound that carries it (RFC 2198), -1 = none
 * @param repetitions how many earlier packets it repeats, as the viewer wants
 * @param transportExtension id of the transport-wide sequence number, -1 = none
 * @param answersNack whether the viewer asks for lost packets of it
 */
record OutputFormat(
        CodecFormat codec,
        int payloadType,
        int rtxPayloadType,
        int redPayloadType,
        int repetitions,
        int transportExtension,
        boolean answersNack) {

    static OutputFormat of(NegotiatedMedia media, int payloadType, CodecFormat codec) {
        int rtx = -1;
        for (Map.Entry<Integer, Integer> entry : media.rtxPayloadTypes().entrySet()) {
            rtx = entry.getValue() == payloadType && rtx < 0 ? entry.getKey() : rtx;
        }
        int red = -1;
        int repetitions = 0;
        for (Map.Entry<Integer, CodecFormat> entry : media.payloadTypes().entrySet()) {
            String blocks = entry.getValue().fmtp();
            if (entry.getValue().isNamed("red") && blocks.startsWith(payloadType + "/")) {
                red = entry.getKey();
                repetitions = (int) blocks.chars().filter(c -> c == '/').count();
            }
        }
        return new OutputFormat(
                codec,
                payloadType,
                media.rtxSsrcs().isEmpty() ? -1 : rtx,
                red,
                repetitions,
                Wire.transportExtension(media, payloadType),
                media.hasFeedback(payloadType, "nack"));
    }

    int clockRateHz() {
        return Math.max(1, codec.clockRateHz());
    }
}
