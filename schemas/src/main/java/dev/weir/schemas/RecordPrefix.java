package dev.weir.schemas;

import java.nio.ByteBuffer;

/**
 * The bytes in front of the Avro binary, which name the schema: Avro single-object encoding ({@code C3 01} and the
 * schema's CRC-64-AVRO fingerprint, little-endian), or the wire format of schema registries (a zero byte and the id that
 * the registry gave the schema, 4 bytes, big-endian). Immutable.
 *
 * @param registered whether it is that of a registry
 * @param schema fingerprint or id of the schema
 */
public record RecordPrefix(boolean registered, long schema) {
    private static final int MARKER = 0xC301;
    private static final int REGISTRY_BYTES = 5;

    /** Returns the prefix of Avro single-object encoding. */
    public static RecordPrefix singleObject(long fingerprint) {
        return new RecordPrefix(false, fingerprint);
    }

    /** Returns the prefix of a schema that a registry knows as {@code id}. */
    public static RecordPrefix registered(int id) {
        return new RecordPrefix(true, id & 0xFFFF_FFFFL);
    }

    /**
     * Reads the prefix of a record value, which does not move.
     *
     * @throws MalformedRecordException when there is none
     */
    public static RecordPrefix of(ByteBuffer value) throws MalformedRecordException {
        int at = value.position();
        if (value.remaining() >= RelayBatchCodec.PREFIX_BYTES && (value.getShort(at) & 0xFFFF) == MARKER) {
            return singleObject(Long.reverseBytes(value.getLong(at + 2)));
        }
        if (value.remaining() >= REGISTRY_BYTES && value.get(at) == 0) {
            return registered(value.getInt(at + 1));
        }
        throw new MalformedRecordException("neither in Avro single-object encoding nor in that of a schema registry");
    }

    /** Returns how many bytes it takes. */
    public int length() {
        return registered ? REGISTRY_BYTES : RelayBatchCodec.PREFIX_BYTES;
    }

    void write(AvroWriter out) {
        if (registered) {
            out.raw(0);
            for (int shift = 24; shift >= 0; shift -= 8) {
                out.raw((int) (schema >>> shift));
            }
        } else {
            out.raw(MARKER >>> 8);
            out.raw(MARKER);
            out.fingerprint(schema);
        }
    }

    /** Checks that this prefix names a schema by itself, or is the one of our schema in a registry. */
    void requireKnown(RecordPrefix expected, String name) throws MalformedRecordException {
        if (registered && !equals(expected)) {
            throw new MalformedRecordException(
                    "written with schema " + schema + " of a registry, which is not known to be that of " + name);
        }
    }

    static MalformedRecordException otherSchema(long written, long wanted, String name) {
        return new MalformedRecordException("written with another schema, fingerprint %016x instead of %016x of %s"
                .formatted(written, wanted, name));
    }
}
