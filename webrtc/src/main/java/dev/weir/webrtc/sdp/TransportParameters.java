package dev.weir.webrtc.sdp;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Reads ICE and DTLS parameters of an m-line, falling back to session level (RFC 8839, RFC 8842). */
final class TransportParameters {
    private static final Map<String, Integer> DIGEST_BYTES = Map.of("sha-256", 32, "sha-384", 48, "sha-512", 64);

    private TransportParameters() {}

    /** Reads an offer; our role is passive unless the peer insists on that (RFC 9725 section 4.4.4). */
    static RemotePeer ofOffer(SessionDescription offer, MediaSection section) throws SdpException {
        Optional<Attribute> setup = offer.inherited(section, "setup");
        return switch (setup.map(Attribute::value).orElse("active")) {
            case "actpass", "active" -> read(offer, section, false);
            case "passive" -> read(offer, section, true);
            default -> throw wrongSetup(setup, section);
        };
    }

    /** Reads an answer to our {@code actpass}. */
    static RemotePeer ofAnswer(SessionDescription answer, MediaSection section) throws SdpException {
        Optional<Attribute> setup = answer.inherited(section, "setup");
        return switch (setup.map(Attribute::value).orElse("active")) {
            case "active" -> read(answer, section, false);
            case "passive" -> read(answer, section, true);
            default -> throw wrongSetup(setup, section);
        };
    }

    private static SdpException wrongSetup(Optional<Attribute> setup, MediaSection section) {
        String value = setup.map(Attribute::value).orElse("");
        return new SdpException(
                setup.map(Attribute::line).orElse(section.line()), "cannot work with a=setup:" + Quoted.of(value));
    }

    private static RemotePeer read(SessionDescription description, MediaSection section, boolean localIsDtlsClient)
            throws SdpException {
        return new RemotePeer(
                iceText(description, section, "ice-ufrag", 4),
                iceText(description, section, "ice-pwd", 22),
                fingerprint(description, section),
                section.attributeList().named("candidate").stream()
                        .map(attribute -> "candidate:" + attribute.value())
                        .toList(),
                description.attributeList().has("ice-lite"),
                localIsDtlsClient);
    }

    private static String iceText(SessionDescription description, MediaSection section, String name, int minimum)
            throws SdpException {
        Optional<Attribute> attribute = description.inherited(section, name);
        if (attribute.isEmpty()) {
            throw new SdpException(section.line(), section.describe() + " has no a=" + name);
        }
        return iceText(attribute.get(), minimum);
    }

    /** Checks length and characters; a colon or a space would break the STUN USERNAME. */
    static String iceText(Attribute attribute, int minimum) throws SdpException {
        String text = attribute.value();
        if (text.length() < minimum || text.length() > 256 || !text.chars().allMatch(TransportParameters::isIceText)) {
            String what = "a=" + attribute.name() + " is not " + minimum + " to 256 characters of ICE text";
            throw new SdpException(attribute.line(), what);
        }
        return text;
    }

    private static boolean isIceText(int c) {
        return c > ' ' && c <= '~' && c != ':';
    }

    private static String fingerprint(SessionDescription description, MediaSection section) throws SdpException {
        List<Attribute> lines = new ArrayList<>(section.attributeList().named("fingerprint"));
        if (lines.isEmpty()) {
            lines.addAll(description.attributeList().named("fingerprint"));
        }
        if (lines.isEmpty()) {
            throw new SdpException(section.line(), section.describe() + " has no a=fingerprint");
        }
        Optional<String> best = Optional.empty();
        for (Attribute line : lines) {
            String fingerprint = fingerprint(line);
            if (fingerprint.startsWith("sha-256 ") || (best.isEmpty() && !fingerprint.isEmpty())) {
                best = Optional.of(fingerprint);
            }
        }
        int line = lines.get(0).line();
        return best.orElseThrow(() -> SdpException.unacceptable(line, "a fingerprint must be sha-256, -384 or -512"));
    }

    /** Returns the fingerprint in our spelling, empty when the algorithm is none of ours. */
    private static String fingerprint(Attribute line) throws SdpException {
        String[] fields = line.value().split(" +", -1);
        String algorithm = fields[0].toLowerCase(Locale.ROOT);
        int bytes = DIGEST_BYTES.getOrDefault(algorithm, 0);
        if (bytes == 0) {
            return "";
        }
        String digits = fields.length == 2 ? fields[1].toUpperCase(Locale.ROOT) : "";
        if (digits.length() != bytes * 3 - 1 || !digits.matches("[0-9A-F]{2}(:[0-9A-F]{2})*")) {
            throw new SdpException(line.line(), "a=fingerprint is not " + bytes + " bytes in hexadecimal with colons");
        }
        return algorithm + " " + digits;
    }
}
