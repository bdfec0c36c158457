package dev.weir.webrtc.sdp;

/** Text of a peer, shortened and made printable for an error message. */
final class Quoted {
    private static final int MAX_LENGTH = 60;

    private Quoted() {}

    static String of(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (int i = 0; i < Math.min(text.length(), MAX_LENGTH); i++) {
            char c = text.charAt(i);
            out.append(c < ' ' || c > '~' ? '?' : c);
        }
        return out.append(text.length() > MAX_LENGTH ? "...\"" : "\"").toString();
    }
}
