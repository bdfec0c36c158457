package dev.weir.webrtc.sdp;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A trickle fragment, {@code application/trickle-ice-sdpfrag} (RFC 8840).
 *
 * @param iceUfrag user name fragment at session or media level, empty when the fragment names none
 * @param icePwd password, empty when the fragment names none
 * @param mid tag of the m-line the candidates belong to, empty when the fragment names none
 * @param candidates values of {@code a=candidate} without the {@code a=}, those of unknown transports included
 * @param endOfCandidates whether the peer has no more candidates
 */
public record TrickleFragment(
        Optional<String> iceUfrag,
        Optional<String> icePwd,
        Optional<String> mid,
        List<String> candidates,
        boolean endOfCandidates) {

    private static final int MAX_CHARS = 16 * 1024;

    public TrickleFragment {
        candidates = List.copyOf(candidates);
    }

    /** Parses {@code text}: at most 16 KiB and 64 candidates. */
    public static TrickleFragment parse(String text) throws SdpException {
        if (text.length() > MAX_CHARS) {
            throw new SdpException(0, "the fragment is longer than " + MAX_CHARS + " characters");
        }
        Attributes attributes = new Attributes(attributes(text));
        List<Attribute> candidates = attributes.named("candidate");
        for (Attribute candidate : candidates) {
            Candidates.check(candidate);
        }
        if (candidates.size() > SdpParser.MAX_CANDIDATES) {
            throw new SdpException(0, "more than " + SdpParser.MAX_CANDIDATES + " candidates");
        }
        Optional<String> ufrag = iceText(attributes, "ice-ufrag", 4);
        Optional<String> pwd = iceText(attributes, "ice-pwd", 22);
        if (ufrag.isPresent() != pwd.isPresent()) {
            throw new SdpException(0, "a=ice-ufrag and a=ice-pwd come together");
        }
        return new TrickleFragment(
                ufrag,
                pwd,
                attributes.first("mid").map(Attribute::value),
                candidates.stream().map(line -> "candidate:" + line.value()).toList(),
                attributes.has("end-of-candidates"));
    }

    private static List<Attribute> attributes(String text) throws SdpException {
        List<Attribute> attributes = new ArrayList<>();
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            if (line.isBlank()) {
                continue;
            }
            if (line.startsWith("a=")) {
                attributes.add(Attribute.parse(number, line.substring(2)));
            } else if (!line.matches("[a-z]=.*")) {
                throw new SdpException(number, "not of the form x=value: " + Quoted.of(line));
            }
        }
        if (attributes.isEmpty()) {
            throw new SdpException(0, "the fragment has no a= line");
        }
        return attributes;
    }

    private static Optional<String> iceText(Attributes attributes, String name, int minimum) throws SdpException {
        Optional<Attribute> attribute = attributes.first(name);
        return attribute.isPresent()
                ? Optional.of(TransportParameters.iceText(attribute.get(), minimum))
                : Optional.empty();
    }
}
