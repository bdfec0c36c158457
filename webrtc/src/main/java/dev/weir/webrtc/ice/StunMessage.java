package dev.weir.webrtc.ice;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Views a STUN Binding message (RFC 8489) in a borrowed buffer. Everything in it is a claim until {@link MessageIntegrity}
 * has verified it. Attributes that are missing read as absent: FFmpeg's checks have no PRIORITY and no ICE-CONTROLLING.
 */
final class StunMessage {
    static final int HEADER_LENGTH = 20;
    static final int MAGIC_COOKIE = 0x2112_A442;
    static final int FINGERPRINT_XOR = 0x5354_554E;
    private static final int MAX_UNKNOWN = 16;

    private final ByteBuffer bytes;
    private final int start;
    private final StunClass messageClass;
    private int integrityOffset = -1;
    private boolean hasFingerprint;
    private @Nullable String username;
    private long priority = -1;
    private boolean useCandidate;
    private boolean controlled;
    private boolean controlling;
    private long tieBreaker;
    private int errorCode = -1;
    private @Nullable InetSocketAddress mappedAddress;
    private List<Integer> unknownRequired = List.of();

    private StunMessage(ByteBuffer bytes, StunClass messageClass) {
        this.bytes = bytes;
        this.start = bytes.position();
        this.messageClass = messageClass;
    }

    /** Returns whether a datagram is for STUN by its first byte (RFC 7983) and by the magic cookie. */
    static boolean looksLikeStun(ByteBuffer datagram) {
        int at = datagram.position();
        return datagram.remaining() >= HEADER_LENGTH
                && (datagram.get(at) & 0xFC) == 0
                && datagram.getInt(at + 4) == MAGIC_COOKIE;
    }

    /** Reads a Binding message; empty when it is anything else or malformed, or when its FINGERPRINT is wrong. */
    static Optional<StunMessage> parse(ByteBuffer datagram) {
        if (!looksLikeStun(datagram)) {
            return Optional.empty();
        }
        int start = datagram.position();
        int length = datagram.getShort(start + 2) & 0xFFFF;
        StunClass messageClass = classOf(datagram.getShort(start) & 0xFFFF);
        if (messageClass == null || (length & 3) != 0 || length != datagram.remaining() - HEADER_LENGTH) {
            return Optional.empty();
        }
        StunMessage message = new StunMessage(datagram, messageClass);
        return message.readAttributes() ? Optional.of(message) : Optional.empty();
    }

    private static @Nullable StunClass classOf(int type) {
        for (StunClass candidate : StunClass.values()) {
            if (candidate.bindingType() == type) {
                return candidate;
            }
        }
        return null;
    }

    private boolean readAttributes() {
        int at = start + HEADER_LENGTH;
        while (at < bytes.limit()) {
            if (bytes.limit() - at < 4) {
                return false;
            }
            int type = bytes.getShort(at) & 0xFFFF;
            int length = bytes.getShort(at + 2) & 0xFFFF;
            int next = at + 4 + ((length + 3) & ~3);
            if (next > bytes.limit()) {
                return false;
            }
            if (type == StunAttribute.FINGERPRINT) {
                return length == 4 && next == bytes.limit() && fingerprintMatches(at);
            }
            // RFC 8489 section 14.5: what follows MESSAGE-INTEGRITY is not protected by it and is ignored.
            if (integrityOffset < 0 && !readAttribute(type, at, length)) {
                return false;
            }
            at = next;
        }
        return true;
    }

    private boolean readAttribute(int type, int at, int length) {
        int value = at + 4;
        switch (type) {
            case StunAttribute.MESSAGE_INTEGRITY -> {
                integrityOffset = at;
                return length == MessageIntegrity.LENGTH;
            }
            case StunAttribute.USERNAME -> username = text(value, length);
            case StunAttribute.PRIORITY -> {
                if (length == 4) {
                    priority = bytes.getInt(value) & 0xFFFF_FFFFL;
                }
            }
            case StunAttribute.USE_CANDIDATE -> useCandidate = true;
            case StunAttribute.ICE_CONTROLLED -> {
                controlled = true;
                tieBreaker = length == 8 ? bytes.getLong(value) : 0;
            }
            case StunAttribute.ICE_CONTROLLING -> {
                controlling = true;
                tieBreaker = length == 8 ? bytes.getLong(value) : 0;
            }
            case StunAttribute.ERROR_CODE -> {
                if (length >= 4) {
                    errorCode = (bytes.get(value + 2) & 7) * 100 + (bytes.get(value + 3) & 0xFF) % 100;
                }
            }
            case StunAttribute.XOR_MAPPED_ADDRESS -> mappedAddress = XorAddress.read(bytes, start, value, length);
            default -> noteUnknown(type);
        }
        return true;
    }

    private void noteUnknown(int type) {
        if (unknownRequired.size() < MAX_UNKNOWN && StunAttribute.isUnknownButRequired(type)) {
            if (unknownRequired.isEmpty()) {
                unknownRequired = new ArrayList<>();
            }
            unknownRequired.add(type);
        }
    }

    private String text(int offset, int length) {
        return new String(bytes.array(), bytes.arrayOffset() + offset, length, StandardCharsets.UTF_8);
    }

    private boolean fingerprintMatches(int at) {
        hasFingerprint = true;
        return bytes.getInt(at + 4) == fingerprint(bytes, start, at);
    }

    /** Returns the FINGERPRINT of a message whose length field already counts that attribute (RFC 8489 section 14.7). */
    static int fingerprint(ByteBuffer bytes, int start, int end) {
        CRC32 crc = new CRC32();
        crc.update(bytes.array(), bytes.arrayOffset() + start, end - start);
        return (int) crc.getValue() ^ FINGERPRINT_XOR;
    }

    ByteBuffer bytes() {
        return bytes;
    }

    int start() {
        return start;
    }

    int length() {
        return bytes.limit() - start;
    }

    /** Returns where MESSAGE-INTEGRITY begins in {@link #bytes}, or -1. */
    int integrityOffset() {
        return integrityOffset;
    }

    boolean hasFingerprint() {
        return hasFingerprint;
    }

    StunClass messageClass() {
        return messageClass;
    }

    TransactionId transactionId() {
        return new TransactionId(bytes.getLong(start + 8), bytes.getInt(start + 16));
    }

    Optional<String> username() {
        return Optional.ofNullable(username);
    }

    /** Returns PRIORITY, or -1. */
    long priority() {
        return priority;
    }

    boolean useCandidate() {
        return useCandidate;
    }

    /** Returns whether ICE-CONTROLLED is there. */
    boolean controlled() {
        return controlled;
    }

    /** Returns whether ICE-CONTROLLING is there. */
    boolean controlling() {
        return controlling;
    }

    /** Returns the unsigned tie-breaker of ICE-CONTROLLED or ICE-CONTROLLING, or 0. */
    long tieBreaker() {
        return tieBreaker;
    }

    /** Returns the number of ERROR-CODE, or -1. */
    int errorCode() {
        return errorCode;
    }

    Optional<InetSocketAddress> mappedAddress() {
        return Optional.ofNullable(mappedAddress);
    }

    /** Returns the attributes that we would have to understand and do not. */
    List<Integer> unknownRequired() {
        return unknownRequired;
    }
}
