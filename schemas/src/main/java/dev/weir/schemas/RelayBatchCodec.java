package dev.weir.schemas;

import java.nio.ByteBuffer;

/**
 * Encodes and decodes {@link RelayBatch} in Avro single-object encoding (Avro 1.12 specification, "Single-object
 * encoding"): {@code C3 01}, the CRC-64-AVRO fingerprint of the schema in little-endian order, the Avro binary. The
 * schema is the resource {@value #SCHEMA_RESOURCE} beside this class; any Avro library reads the records with it.
 *
 * <p>An instance reuses one buffer: one thread at a time. Decoding is static and free of state.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class RelayBatchCodec {
    /** Name of the schema in JSON, to be read by {@code RelayBatchCodec.class.getResourceAsStream}. */
    public static final String SCHEMA_RESOURCE = "relay-batch.avsc";

    /** CRC-64-AVRO fingerprint of the schema's parsing canonical form. */
    public static final long FINGERPRINT = 0L;

    /** Bytes in front of the Avro binary: marker and fingerprint. */
    public static final int PREFIX_BYTES = 10;

    /** Returns the encoded batch in an array of its own. */
    public byte[] encode(RelayBatch batch) {
        throw new UnsupportedOperationException();
    }

    /**
     * Decodes a record value; payloads are read-only views of {@code value}, which must not change any more.
     *
     * @throws MalformedRecordException for any bytes that are not a batch of this schema
     */
    public static RelayBatch decode(byte[] value) throws MalformedRecordException {
        return decode(ByteBuffer.wrap(value));
    }

    /**
     * Decodes position to limit of a heap buffer; payloads are read-only views of its bytes, which must not change any
     * more. {@code value} does not move.
     *
     * @throws MalformedRecordException for any bytes that are not a batch of this schema
     */
    public static RelayBatch decode(ByteBuffer value) throws MalformedRecordException {
        throw new UnsupportedOperationException();
    }
}
