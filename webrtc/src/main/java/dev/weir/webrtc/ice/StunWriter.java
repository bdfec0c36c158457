package dev.weir.webrtc.ice;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes one Binding message into a heap buffer of its own (RFC 8489). No SOFTWARE: it would tell what to attack. */
final class StunWriter {
    private static final int CAPACITY = 1_024;

    private final ByteBuffer out = ByteBuffer.allocate(CAPACITY);

    StunWriter(StunClass messageClass, TransactionId id) {
        out.putShort((short) messageClass.bindingType());
        out.putShort((short) 0);
        out.putInt(StunMessage.MAGIC_COOKIE);
        out.putLong(id.high());
        out.putInt(id.low());
    }

    StunWriter username(String username) {
        byte[] text = username.getBytes(StandardCharsets.UTF_8);
        attribute(StunAttribute.USERNAME, text.length);
        out.put(text);
        return pad();
    }

    StunWriter priority(long priority) {
        attribute(StunAttribute.PRIORITY, 4);
        out.putInt((int) priority);
        return this;
    }

    StunWriter role(boolean controlling, long tieBreaker) {
        attribute(controlling ? StunAttribute.ICE_CONTROLLING : StunAttribute.ICE_CONTROLLED, 8);
        out.putLong(tieBreaker);
        return this;
    }

    StunWriter useCandidate() {
        attribute(StunAttribute.USE_CANDIDATE, 0);
        return this;
    }

    StunWriter mappedAddress(InetSocketAddress address) {
        attribute(StunAttribute.XOR_MAPPED_ADDRESS, XorAddress.length(address));
        XorAddress.write(out, 0, address);
        return this;
    }

    /** Adds ERROR-CODE without a reason phrase, which nobody reads and which makes answers longer. */
    StunWriter errorCode(int code) {
        attribute(StunAttribute.ERROR_CODE, 4);
        out.putInt((code / 100) << 8 | code % 100);
        return this;
    }

    StunWriter unknownAttributes(List<Integer> types) {
        attribute(StunAttribute.UNKNOWN_ATTRIBUTES, 2 * types.size());
        for (int type : types) {
            out.putShort((short) type);
        }
        return pad();
    }

    StunWriter integrity(MessageIntegrity integrity) {
        int at = out.position();
        byte[] hmac = integrity.compute(out, 0, at);
        attribute(StunAttribute.MESSAGE_INTEGRITY, hmac.length);
        out.put(hmac);
        return this;
    }

    StunWriter fingerprint() {
        int at = out.position();
        attribute(StunAttribute.FINGERPRINT, 4);
        out.putShort(2, (short) (at + 8 - StunMessage.HEADER_LENGTH));
        out.putInt(StunMessage.fingerprint(out, 0, at));
        return this;
    }

    /** Returns the message, complete. */
    ByteBuffer finish() {
        out.putShort(2, (short) (out.position() - StunMessage.HEADER_LENGTH));
        return out.flip();
    }

    private void attribute(int type, int length) {
        out.putShort((short) type);
        out.putShort((short) length);
    }

    private StunWriter pad() {
        while ((out.position() & 3) != 0) {
            out.put((byte) 0);
        }
        return this;
    }
}
