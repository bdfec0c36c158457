package dev.weir.webrtc.ice;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Reads the receiver's ufrag from a check without verifying anything, so that a loop can find the session. */
public final class StunUsername {
    private StunUsername() {}

    /** Returns whether a datagram looks like STUN: first byte (RFC 7983) and magic cookie. */
    public static boolean looksLikeStun(ByteBuffer datagram) {
        return StunMessage.looksLikeStun(datagram);
    }

    /** Returns the part of USERNAME before the colon; empty when there is no USERNAME (a response, an indication). */
    public static Optional<String> receiverUfrag(ByteBuffer stun) {
        int at = stun.position() + StunMessage.HEADER_LENGTH;
        while (stun.limit() - at >= 4) {
            int type = stun.getShort(at) & 0xFFFF;
            int length = stun.getShort(at + 2) & 0xFFFF;
            if (length > stun.limit() - at - 4) {
                return Optional.empty();
            }
            if (type == StunAttribute.USERNAME) {
                return Optional.of(ufrag(stun, at + 4, length));
            }
            at += 4 + ((length + 3) & ~3);
        }
        return Optional.empty();
    }

    /** Returns whether a check says that it is for us; MESSAGE-INTEGRITY has to prove it. */
    static boolean isFor(StunMessage check, IceCredentials local) {
        String username = check.username().orElse("");
        int length = local.ufrag().length();
        return username.length() > length && username.charAt(length) == ':' && username.startsWith(local.ufrag());
    }

    private static String ufrag(ByteBuffer stun, int offset, int length) {
        int end = 0;
        while (end < length && stun.get(offset + end) != ':') {
            end++;
        }
        return new String(stun.array(), stun.arrayOffset() + offset, end, StandardCharsets.UTF_8);
    }
}
