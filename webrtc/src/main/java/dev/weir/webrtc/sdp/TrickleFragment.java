package dev.weir.webrtc.sdp;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A trickle fragment, {@code application/trickle-ice-sdpfrag} (RFC 8840).
 *
 * @param iceUfrag user name fragment at media or else session level, empty when the fragment names none
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
        Attributes attributes = inOrderOfRank(text);
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

    /**
     * Returns the attributes of the m-line that has the BUNDLE tag (the first one when the fragment names no group), then
     * those of the session level, then the rest: the first of a name is the one that counts.
     */
    private static Attributes inOrderOfRank(String text) throws SdpException {
        List<List<Attribute>> sections = sections(text);
        Attributes session = new Attributes(sections.get(0));
        Optional<String> tag = session.named("group").stream()
                .map(group -> group.value().split(" +", -1))
                .filter(fields -> fields.length > 1 && fields[0].equals("BUNDLE"))
                .map(fields -> fields[1])
                .findFirst();
        List<Attribute> ranked = new ArrayList<>();
        List<Attribute> rest = new ArrayList<>();
        for (List<Attribute> media : sections.subList(1, sections.size())) {
            Optional<String> mid = new Attributes(media).first("mid").map(Attribute::value);
            boolean isTagged = ranked.isEmpty() && (tag.isEmpty() || tag.equals(mid));
            (isTagged ? ranked : rest).addAll(media);
        }
        ranked.addAll(sections.get(0));
        ranked.addAll(rest);
        if (ranked.isEmpty()) {
            throw new SdpException(0, "the fragment has no a= line");
        }
        return new Attributes(ranked);
    }

    /** Returns the attributes of the session level and those of each m-line. */
    private static List<List<Attribute>> sections(String text) throws SdpException {
        List<List<Attribute>> sections = new ArrayList<>();
        sections.add(new ArrayList<>());
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            if (line.isBlank()) {
                continue;
            }
            if (line.startsWith("a=")) {
                sections.get(sections.size() - 1).add(Attribute.parse(number, line.substring(2)));
            } else if (!line.matches("[a-z]=.*")) {
                throw new SdpException(number, "not of the form x=value: " + Quoted.of(line));
            } else if (line.startsWith("m=")) {
                if (sections.size() > SdpParser.MAX_MEDIA) {
                    throw new SdpException(number, "more than " + SdpParser.MAX_MEDIA + " m-lines");
                }
                sections.add(new ArrayList<>());
            }
        }
        return sections;
    }

    private static Optional<String> iceText(Attributes attributes, String name, int minimum) throws SdpException {
        Optional<Attribute> attribute = attributes.first(name);
        return attribute.isPresent()
                ? Optional.of(TransportParameters.iceText(attribute.get(), minimum))
                : Optional.empty();
    }
}
