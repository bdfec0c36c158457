package dev.weir.webrtc.sdp;

import java.util.List;
import java.util.Optional;

/** One {@code m=} line with the attributes below it (RFC 8866 section 5.14). Immutable. */
public final class MediaSection {
    private final int index;
    private final int line;
    private final String kind;
    private final int port;
    private final String protocol;
    private final List<String> formats;
    private final Attributes attributes;

    private MediaSection(
            int index,
            int line,
            String kind,
            int port,
            String protocol,
            List<String> formats,
            List<Attribute> attributes) {
        this.index = index;
        this.line = line;
        this.kind = kind;
        this.port = port;
        this.protocol = protocol;
        this.formats = List.copyOf(formats);
        this.attributes = new Attributes(attributes);
    }

    /** Reads the value of an {@code m=} line; {@code index} counts the m-lines of the description from 0. */
    static MediaSection parse(int index, int line, String value, List<Attribute> attributes) throws SdpException {
        String[] fields = value.strip().split(" +", -1);
        if (fields.length < 4) {
            throw new SdpException(line, "an m-line needs media, port, protocol and formats");
        }
        int slash = fields[1].indexOf('/');
        int port = Numbers.parse(slash < 0 ? fields[1] : fields[1].substring(0, slash), 65535, line, "port");
        List<String> formats = List.of(fields).subList(3, fields.length);
        return new MediaSection(index, line, fields[0], port, fields[2], formats, attributes);
    }

    /** Returns the position among the m-lines, from 0. */
    public int index() {
        return index;
    }

    /** Returns the 1-based line of the description that the m-line is. */
    public int line() {
        return line;
    }

    /** Returns {@code audio}, {@code video}, {@code application}, ... */
    public String kind() {
        return kind;
    }

    /** Returns the port; 0 rejects the m-line unless it is {@link #bundleOnly()}. */
    public int port() {
        return port;
    }

    /** Returns the transport, for example {@code UDP/TLS/RTP/SAVPF}. */
    public String protocol() {
        return protocol;
    }

    /** Returns the formats as written, payload types for RTP. */
    public List<String> formats() {
        return formats;
    }

    /** Returns the attributes in their order. */
    public List<Attribute> attributes() {
        return attributes.all();
    }

    /** Returns the value of the first {@code a=mid}. */
    public Optional<String> mid() {
        return attributes.first("mid").map(Attribute::value);
    }

    /** Tells whether the m-line exists only inside its bundle, so that its port 0 rejects nothing (RFC 9143 section 6). */
    public boolean bundleOnly() {
        return attributes.has("bundle-only");
    }

    Attributes attributeList() {
        return attributes;
    }

    /** Returns "the video m-line", for messages. */
    String describe() {
        return "the " + kind + " m-line";
    }
}
