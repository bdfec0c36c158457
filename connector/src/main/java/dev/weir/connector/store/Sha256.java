package dev.weir.connector.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Computes one SHA-256 checksum. One thread, one use. */
public final class Sha256 {
    private final MessageDigest digest;

    /** Starts a checksum. */
    public Sha256() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Returns the checksum of position to limit, in lower-case hexadecimal digits; {@code content} does not move. */
    public static String of(ByteBuffer content) {
        Sha256 sha256 = new Sha256();
        sha256.digest.update(content.duplicate());
        return sha256.hex();
    }

    /** Adds all that is left in the stream and returns how many bytes that was. */
    long update(InputStream in) throws IOException {
        byte[] buffer = new byte[64 * 1024];
        long total = 0;
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            digest.update(buffer, 0, read);
            total += read;
        }
        return total;
    }

    String hex() {
        return HexFormat.of().formatHex(digest.digest());
    }
}
