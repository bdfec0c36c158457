package dev.weir.connector.store;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/** Computes what S3 calls an entity tag, and the checksum that guards a request's body. */
final class S3Tags {
    private S3Tags() {}

    /** Returns the parts of {@code content}, each of {@code partBytes} but the last; they share its bytes. */
    static List<ByteBuffer> parts(ByteBuffer content, int partBytes) {
        List<ByteBuffer> parts = new ArrayList<>();
        for (int at = content.position(); at < content.limit(); at += partBytes) {
            parts.add(content.duplicate().position(at).limit(Math.min(content.limit(), at + partBytes)));
        }
        return parts;
    }

    /** Returns the {@code Content-MD5} of a body. */
    static String contentMd5(ByteBuffer body) {
        return Base64.getEncoder().encodeToString(md5(body));
    }

    /** Returns whether {@code tag} is the one that a service gives to {@code content}, uploaded whole or in parts. */
    static boolean fits(String tag, ByteBuffer content, long partBytes) {
        String plain = tag.replace("\"", "");
        int dash = plain.indexOf('-');
        if (dash < 0) {
            return plain.equalsIgnoreCase(HexFormat.of().formatHex(md5(content)));
        }
        MessageDigest all = digest();
        List<ByteBuffer> parts = parts(content, Math.toIntExact(Math.min(partBytes, Integer.MAX_VALUE)));
        parts.forEach(part -> all.update(md5(part)));
        return plain.equalsIgnoreCase(HexFormat.of().formatHex(all.digest()) + "-" + parts.size());
    }

    private static byte[] md5(ByteBuffer bytes) {
        MessageDigest digest = digest();
        digest.update(bytes.duplicate());
        return digest.digest();
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has MD5", e);
        }
    }
}
