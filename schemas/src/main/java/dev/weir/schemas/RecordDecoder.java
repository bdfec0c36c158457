package dev.weir.schemas;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Decodes records of Weir's topics whichever way they are framed, which their first bytes tell: Avro single-object encoding,
 * or the id of a schema registry. The registry is asked once per id what schema it stands for; a schema is ours when its
 * canonical form is, so ids of other subjects, and of versions that differ in documentation only, are read too. One thread.
 */
public final class RecordDecoder {
    private final Optional<SchemaRegistry> registry;
    private final Map<Long, Long> fingerprints = new HashMap<>();

    /** Reads single-object encoding only; records of a registry are refused with a message that says so. */
    public RecordDecoder() {
        this(Optional.empty());
    }

    /** Reads the records of {@code registry} too. */
    public RecordDecoder(SchemaRegistry registry) {
        this(Optional.of(registry));
    }

    private RecordDecoder(Optional<SchemaRegistry> registry) {
        this.registry = registry;
    }

    /**
     * Decodes a record of {@link Topics#MEDIA}; payloads are read-only views of {@code value}, which must not change any
     * more.
     *
     * @throws MalformedRecordException for any bytes that are not a batch of our schema
     * @throws IOException when the registry does not answer; the same record may be given again
     */
    public RelayBatch batch(byte[] value) throws MalformedRecordException, IOException {
        ByteBuffer bytes = ByteBuffer.wrap(value);
        return RelayBatchCodec.decode(bytes, fingerprint(RecordPrefix.of(bytes)));
    }

    /**
     * Decodes a record of a metadata topic.
     *
     * @throws MalformedRecordException for any bytes that are not a record of the schema of {@code codec}
     * @throws IOException when the registry does not answer; the same record may be given again
     */
    public <R extends Record> R decode(MetadataCodec<R> codec, byte[] value)
            throws MalformedRecordException, IOException {
        return codec.decode(value, fingerprint(RecordPrefix.of(ByteBuffer.wrap(value))));
    }

    /**
     * Returns the CRC-64-AVRO fingerprint of the schema that a record was written with.
     *
     * @throws MalformedRecordException when the registry does not know it, or no registry is at hand
     * @throws IOException when the registry does not answer
     */
    public long fingerprint(RecordPrefix prefix) throws MalformedRecordException, IOException {
        if (!prefix.registered()) {
            return prefix.schema();
        }
        Long known = fingerprints.get(prefix.schema());
        if (known != null) {
            return known;
        }
        if (registry.isEmpty()) {
            throw new MalformedRecordException("written with the ids of a schema registry, and none is named");
        }
        String schema;
        try {
            // An unknown id is asked for again next time: replicas of a registry lag behind its writers.
            schema = registry.get()
                    .schemaOf((int) prefix.schema())
                    .orElseThrow(() -> new MalformedRecordException(
                            "written with schema " + prefix.schema() + ", which the schema registry does not know"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted").initCause(e);
        }
        long fingerprint = canonical(prefix, schema);
        fingerprints.put(prefix.schema(), fingerprint);
        return fingerprint;
    }

    private static long canonical(RecordPrefix prefix, String schema) throws MalformedRecordException {
        try {
            return Fingerprint.of(CanonicalForm.of(schema));
        } catch (IllegalArgumentException | ClassCastException e) {
            throw new MalformedRecordException(
                    "written with schema " + prefix.schema() + " of a registry, which is not Avro", e);
        }
    }
}
