package dev.weir.schemas;

import java.nio.charset.StandardCharsets;

/** The CRC-64-AVRO fingerprint of a schema (Avro 1.12 specification, "Schema Fingerprints"). */
final class Fingerprint {
    private static final long EMPTY = 0xC15D213AA4D7A795L;

    /** Returns the fingerprint of a schema's parsing canonical form. */
    static long of(String canonicalForm) {
        long fingerprint = EMPTY;
        for (byte next : canonicalForm.getBytes(StandardCharsets.UTF_8)) {
            fingerprint ^= next & 0xFF;
            for (int bit = 0; bit < 8; bit++) {
                fingerprint = (fingerprint >>> 1) ^ (EMPTY & -(fingerprint & 1));
            }
        }
        return fingerprint;
    }

    private Fingerprint() {}
}
