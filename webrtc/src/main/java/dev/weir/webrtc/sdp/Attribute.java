package dev.weir.webrtc.sdp;

/**
 * One {@code a=} line (RFC 8866 section 5.13).
 *
 * @param name text before the colon
 * @param value text behind the colon, empty for a property attribute
 * @param line 1-based line of the description it stands in
 */
public record Attribute(String name, String value, int line) {

    static Attribute parse(int line, String text) throws SdpException {
        int colon = text.indexOf(':');
        String name = colon < 0 ? text : text.substring(0, colon);
        if (name.isEmpty() || name.indexOf(' ') >= 0) {
            throw new SdpException(line, "attribute without a name: " + Quoted.of(text));
        }
        return new Attribute(name, colon < 0 ? "" : text.substring(colon + 1).strip(), line);
    }
}
