package dev.weir.webrtc.sdp;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Writes our offers and answers; used once, from the session level down. */
final class SdpWriter {
    /**
     * libwebrtc begins at 300 kbit/s, shrinks the picture to fit and takes 20 s to undo that; with transport-wide feedback
     * it finds out within a second when the path carries less than this. Others don't know the parameter.
     */
    private static final String START_BITRATE = "x-google-start-bitrate=2500";

    private final StringBuilder out = new StringBuilder(4096);
    private final LocalDescription local;
    private final String setup;

    SdpWriter(LocalDescription local, String setup) {
        this.local = local;
        this.setup = setup;
    }

    SdpWriter session(List<String> bundle, boolean allowMixedExtensions) {
        line("v=0");
        line("o=- " + sessionId() + " 1 IN IP4 127.0.0.1");
        line("s=-");
        line("t=0 0");
        if (!bundle.isEmpty()) {
            line("a=group:BUNDLE " + String.join(" ", bundle));
        }
        if (allowMixedExtensions) {
            line("a=extmap-allow-mixed");
        }
        line("a=msid-semantic: WMS *");
        if (local.iceLite()) {
            line("a=ice-lite");
        }
        line("a=ice-options:trickle ice2");
        return this;
    }

    void rejected(MediaSection section) {
        line("m=" + section.kind() + " 0 " + section.protocol() + " "
                + section.formats().get(0));
        line("c=IN IP4 0.0.0.0");
        section.mid().ifPresent(mid -> line("a=mid:" + mid));
        line("a=inactive");
    }

    /** Writes what every living m-line has; the caller appends its own lines behind. */
    void media(String protocol, NegotiatedMedia media, boolean withMid, Direction direction, boolean withCandidates) {
        line("m=" + media.kind() + " 9 " + protocol + " " + payloadTypes(media));
        line("c=IN IP4 0.0.0.0");
        line("a=ice-ufrag:" + local.iceUfrag());
        line("a=ice-pwd:" + local.icePwd());
        line("a=fingerprint:" + local.fingerprint());
        line("a=setup:" + setup);
        if (withMid) {
            line("a=mid:" + media.mid());
        }
        media.extensionIds().forEach((uri, id) -> line("a=extmap:" + id + " " + uri));
        line("a=" + direction.word());
        line("a=rtcp-mux");
        line("a=rtcp-mux-only");
        line("a=rtcp-rsize");
        boolean receives = direction == Direction.RECVONLY && media.kind().equals("video");
        media.payloadTypes().forEach((type, format) -> format(media, type, format, receives));
        if (withCandidates) {
            Candidates.ordered(local.candidates()).forEach(candidate -> line("a=" + candidate));
            line("a=end-of-candidates");
        }
    }

    void simulcast(Simulcast simulcast) {
        simulcast.rids().forEach(rid -> line("a=rid:" + rid + " recv"));
        if (!simulcast.rids().isEmpty()) {
            line("a=simulcast:recv " + simulcast.streams());
        }
    }

    /** Announces our own SSRCs, all of one MediaStream (RFC 8830). */
    void sources(NegotiatedMedia media) {
        String msid = local.cname() + " " + media.kind() + media.mid();
        line("a=msid:" + msid);
        media.rtxSsrcs().forEach((rtx, ssrc) -> line("a=ssrc-group:FID " + ssrc + " " + rtx));
        List<Long> all = new ArrayList<>(media.ssrcs());
        all.addAll(media.rtxSsrcs().keySet());
        for (long ssrc : all) {
            line("a=ssrc:" + ssrc + " cname:" + local.cname());
            line("a=ssrc:" + ssrc + " msid:" + msid);
        }
    }

    String text() {
        return out.toString();
    }

    private void format(NegotiatedMedia media, int payloadType, CodecFormat format, boolean withStart) {
        String channels = format.channels() > 1 ? "/" + format.channels() : "";
        line("a=rtpmap:" + payloadType + " " + format.encodingName() + "/" + format.clockRateHz() + channels);
        for (String feedback : media.feedback().getOrDefault(payloadType, Set.of())) {
            line("a=rtcp-fb:" + payloadType + " " + feedback);
        }
        String fmtp = setup.equals("actpass") ? format.fmtp() : withoutSenderProperties(format.fmtp());
        if (withStart
                && media.hasFeedback(payloadType, "transport-cc")
                && media.hasFeedback(payloadType, "goog-remb")) {
            fmtp += (fmtp.isEmpty() ? "" : ";") + START_BITRATE;
        }
        if (!fmtp.isEmpty()) {
            line("a=fmtp:" + payloadType + " " + fmtp);
        }
        media.rtxPayloadTypes().forEach((rtx, repaired) -> {
            if (repaired == payloadType) {
                line("a=rtpmap:" + rtx + " rtx/" + format.clockRateHz());
                line("a=fmtp:" + rtx + " apt=" + payloadType);
            }
        });
    }

    /** Drops {@code sprop-} parameters, which describe the peer's own sending, from an echo. */
    private static String withoutSenderProperties(String fmtp) {
        return Stream.of(fmtp.split(";", -1))
                .map(String::strip)
                .filter(parameter -> !parameter.isEmpty() && !parameter.startsWith("sprop-"))
                .collect(Collectors.joining(";"));
    }

    private static String payloadTypes(NegotiatedMedia media) {
        List<Integer> types = new ArrayList<>();
        for (int payloadType : media.payloadTypes().keySet()) {
            types.add(payloadType);
            for (Map.Entry<Integer, Integer> rtx : media.rtxPayloadTypes().entrySet()) {
                if (rtx.getValue() == payloadType) {
                    types.add(rtx.getKey());
                }
            }
        }
        return types.stream().map(String::valueOf).collect(Collectors.joining(" "));
    }

    /** Derives the id of {@code o=} from public text, so that this package needs no random source. */
    private long sessionId() {
        long hash = 1;
        for (char c : (local.iceUfrag() + local.fingerprint()).toCharArray()) {
            hash = hash * 1_000_003 + c;
        }
        return hash & (Long.MAX_VALUE >> 1);
    }

    private void line(String text) {
        out.append(text).append("\r\n");
    }
}
