package dev.weir.webrtc.sdp;

/** Says that a peer's SDP or trickle fragment is malformed or asks for something that cannot be served. */
public final class SdpException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int line;

    /** Names the 1-based {@code line} of the input that is wrong, or 0 when the fault is in no single line. */
    public SdpException(int line, String reason) {
        super(line > 0 ? "line " + line + ": " + reason : reason);
        this.line = line;
    }

    /** Returns the 1-based line of the input that is wrong, or 0 when the fault is in no single line. */
    public int line() {
        return line;
    }
}
