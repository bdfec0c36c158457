package dev.weir.webrtc.sdp;

/** Says that a peer's SDP or trickle fragment is malformed, or well formed but asks for what cannot be served. */
public final class SdpException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int line;
    private final boolean malformed;

    private SdpException(int line, String reason, boolean malformed) {
        super(line > 0 ? "line " + line + ": " + reason : reason);
        this.line = line;
        this.malformed = malformed;
    }

    /** Says that the text breaks the grammar or a limit; {@code line} is 1-based, 0 when the fault is in no single line. */
    public SdpException(int line, String reason) {
        this(line, reason, true);
    }

    /** Says that the text is well formed but cannot be accepted, for example because of its codecs. */
    public static SdpException unacceptable(int line, String reason) {
        return new SdpException(line, reason, false);
    }

    /** Returns the 1-based line of the input that is wrong, or 0 when the fault is in no single line. */
    public int line() {
        return line;
    }

    /** Tells whether the text itself is broken (HTTP 400), rather than readable but not acceptable (HTTP 422). */
    public boolean malformed() {
        return malformed;
    }
}
