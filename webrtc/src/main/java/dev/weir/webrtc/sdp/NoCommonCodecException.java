package dev.weir.webrtc.sdp;

import java.util.List;

/** Says that a viewer shares no codec with a stream; the message names both lists. */
public final class NoCommonCodecException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<String> offered;
    private final transient List<String> published;

    /** Takes the readable codec names that the viewer offers and that the stream has. */
    public NoCommonCodecException(List<String> offered, List<String> published) {
        super("the player offers " + list(offered) + ", the stream has " + list(published));
        this.offered = List.copyOf(offered);
        this.published = List.copyOf(published);
    }

    /** Returns what the viewer can decode, for example {@code VP8} or {@code H264 (packetization-mode=1)}. */
    public List<String> offered() {
        return offered;
    }

    /** Returns what the stream is encoded with. */
    public List<String> published() {
        return published;
    }

    private static String list(List<String> names) {
        return names.isEmpty() ? "no codec" : String.join(", ", names);
    }
}
