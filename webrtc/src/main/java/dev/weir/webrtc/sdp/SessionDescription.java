package dev.weir.webrtc.sdp;

import java.util.List;
import java.util.Optional;

/** A parsed session description (RFC 8866). Immutable; {@link #toString()} writes it again with CRLF line ends. */
public final class SessionDescription {
    private final List<String> lines;
    private final Attributes attributes;
    private final List<MediaSection> media;

    SessionDescription(List<String> lines, List<Attribute> attributes, List<MediaSection> media) {
        this.lines = List.copyOf(lines);
        this.attributes = new Attributes(attributes);
        this.media = List.copyOf(media);
    }

    /**
     * Parses {@code text}; line ends may be CRLF or LF.
     *
     * @throws SdpException naming the line, when the text is malformed or beyond the limits: 64 KiB, 32 m-lines, 64
     *     candidates and 16 header extensions per m-line
     */
    public static SessionDescription parse(String text) throws SdpException {
        return new SdpParser().parse(text);
    }

    /** Returns the session-level attributes in their order. */
    public List<Attribute> attributes() {
        return attributes.all();
    }

    /** Returns the m-lines in their order. */
    public List<MediaSection> media() {
        return media;
    }

    Attributes attributeList() {
        return attributes;
    }

    /** Returns the attribute of {@code section}, or else the one at session level. */
    Optional<Attribute> inherited(MediaSection section, String name) {
        return section.attributeList().first(name).or(() -> attributes.first(name));
    }

    @Override
    public String toString() {
        return String.join("\r\n", lines) + "\r\n";
    }
}
