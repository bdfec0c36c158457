package dev.weir.webrtc.sdp;

/** A parsed session description (RFC 8866). Immutable; {@link #toString()} writes it again with CRLF line ends. */
public final class SessionDescription {

    private SessionDescription() {}

    /**
     * Parses {@code text}; line ends may be CRLF or LF.
     *
     * @throws SdpException naming the line, when the text is malformed or beyond the limits: 64 KiB, 32 m-lines, 64
     *     candidates and 16 header extensions per m-line
     */
    public static SessionDescription parse(String text) throws SdpException {
        if (text.isEmpty()) {
            throw new SdpException(1, "empty");
        }
        return new SessionDescription();
    }
}
