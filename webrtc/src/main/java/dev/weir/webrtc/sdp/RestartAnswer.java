package dev.weir.webrtc.sdp;

import java.util.ArrayList;
import java.util.List;

/**
 * Our side of any later ICE restart of a session (RFC 9725 section 4.3.3, RFC 8840 section 4.4): what a fragment repeats of
 * our first description, which need not be kept for it.
 *
 * @param head the lines about ICE and the BUNDLE group, and the m-line of the BUNDLE tag
 */
public record RestartAnswer(String head) {

    /** Takes the lines about ICE from our description and the bundle from the answer, which may be the same. */
    public static RestartAnswer of(SessionDescription ours, SessionDescription answer) throws SdpException {
        List<String> lines = new ArrayList<>();
        answer.attributeList().named("group").forEach(group -> lines.add(write(group)));
        for (Attribute attribute : ours.attributes()) {
            switch (attribute.name()) {
                case "ice-lite", "ice-options", "ice-pacing" -> lines.add(write(attribute));
                default -> {}
            }
        }
        List<MediaSection> alive = answer.media().stream()
                .filter(section -> section.port() != 0 || section.bundleOnly())
                .toList();
        if (alive.isEmpty()) {
            throw SdpException.unacceptable(0, "the answer has no living m-line");
        }
        MediaSection tagged = Bundle.of(answer).tagged(alive);
        lines.add("m=" + tagged.kind() + " 9 " + tagged.protocol() + " "
                + tagged.formats().get(0));
        tagged.mid().ifPresent(mid -> lines.add("a=mid:" + mid));
        return new RestartAnswer(String.join("\r\n", lines) + "\r\n");
    }

    /** Writes the fragment with the new credentials and the candidates of {@code local}. */
    public String fragment(LocalDescription local) {
        List<String> lines = new ArrayList<>();
        lines.add("a=ice-ufrag:" + local.iceUfrag());
        lines.add("a=ice-pwd:" + local.icePwd());
        Candidates.ordered(local.candidates()).forEach(candidate -> lines.add("a=" + candidate));
        lines.add("a=end-of-candidates");
        return head + String.join("\r\n", lines) + "\r\n";
    }

    private static String write(Attribute attribute) {
        return "a=" + attribute.name() + (attribute.value().isEmpty() ? "" : ":" + attribute.value());
    }
}
