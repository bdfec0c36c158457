package dev.weir.schemas;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Encodes and decodes {@link RelayBatch} in Avro single-object encoding (Avro 1.12 specification, "Single-object
 * encoding"): {@code C3 01}, the CRC-64-AVRO fingerprint of the schema in little-endian order, the Avro binary. The
 * schema is the resource {@value #SCHEMA_RESOURCE} beside this class; any Avro library reads the records with it.
 *
 * <p>An instance reuses one buffer: one thread at a time. Decoding is static and free of state.
 */
public final class RelayBatchCodec {
    /** Name of the schema in JSON, to be read by {@code RelayBatchCodec.class.getResourceAsStream}. */
    public static final String SCHEMA_RESOURCE = "relay-batch.avsc";

    /** CRC-64-AVRO fingerprint of the schema's parsing canonical form. */
    public static final long FINGERPRINT = 0xB65FB4608AFCCCE0L;

    /** That of 0.1, without sender reports in {@link TrackConfiguration}. */
    static final long FIRST_FINGERPRINT = 0xDE6A789B644619FEL;

    /** Bytes in front of the Avro binary: marker and fingerprint. */
    public static final int PREFIX_BYTES = 10;

    private static final RecordPrefix SINGLE_OBJECT = RecordPrefix.singleObject(FINGERPRINT);

    private final RecordPrefix prefix;
    private final AvroWriter writer = new AvroWriter(64 * 1024);
    private final EntryEncoder entryEncoder = new EntryEncoder(writer);

    /** Encodes in Avro single-object encoding. */
    public RelayBatchCodec() {
        this(SINGLE_OBJECT);
    }

    /** Encodes with {@code prefix} in front, that of {@link #schema} in a registry. */
    public RelayBatchCodec(RecordPrefix prefix) {
        this.prefix = prefix;
    }

    /** Returns the schema as JSON, with documentation and defaults. */
    public static String schema() {
        return SchemaResource.read(SCHEMA_RESOURCE);
    }

    /** Returns the encoded batch in an array of its own. */
    public byte[] encode(RelayBatch batch) {
        writer.reset();
        prefix.write(writer);
        writer.text(batch.streamId());
        writer.number(batch.epoch());
        writer.number(batch.batchNumber());
        writer.number(batch.firstArrivalMicros());
        entryEncoder.startBatch(batch.firstArrivalMicros());
        List<LogEntry> entries = batch.entries();
        if (!entries.isEmpty()) {
            writer.number(entries.size());
            for (int i = 0; i < entries.size(); i++) {
                entries.get(i).accept(entryEncoder);
            }
        }
        writer.number(0);
        return writer.toByteArray();
    }

    /** Returns whether records that were written with this schema can be read: those of every release. */
    public static boolean reads(long fingerprint) {
        return fingerprint == FINGERPRINT || fingerprint == FIRST_FINGERPRINT;
    }

    /**
     * Decodes a record value in single-object encoding; payloads are read-only views of {@code value}, which must not change
     * any more.
     *
     * @throws MalformedRecordException for any bytes that are not a batch of ours
     */
    public static RelayBatch decode(byte[] value) throws MalformedRecordException {
        return decode(ByteBuffer.wrap(value));
    }

    /**
     * Decodes position to limit of a heap buffer; payloads are read-only views of its bytes, which must not change any
     * more. {@code value} does not move.
     *
     * @throws MalformedRecordException for any bytes that are not a batch of ours
     */
    public static RelayBatch decode(ByteBuffer value) throws MalformedRecordException {
        RecordPrefix written = RecordPrefix.of(value);
        if (written.registered()) {
            throw new MalformedRecordException("written with the ids of a schema registry, and none is named");
        }
        return decode(value, written.schema());
    }

    /**
     * Decodes like {@link #decode(ByteBuffer)}, in any framing, what was written with the schema that has {@code fingerprint}.
     *
     * @throws MalformedRecordException for any bytes that are not a batch of ours
     */
    public static RelayBatch decode(ByteBuffer value, long fingerprint) throws MalformedRecordException {
        RecordPrefix written = RecordPrefix.of(value);
        if (!reads(fingerprint)) {
            throw RecordPrefix.otherSchema(fingerprint, FINGERPRINT, "RelayBatch");
        }
        int offset = value.arrayOffset();
        AvroReader in =
                new AvroReader(value.array(), offset + value.position() + written.length(), offset + value.limit());
        RelayBatch batch;
        try {
            batch = batch(in, fingerprint != FIRST_FINGERPRINT);
        } catch (IllegalArgumentException e) {
            throw new MalformedRecordException("value out of range: " + e.getMessage(), e);
        }
        if (in.remaining() != 0) {
            throw new MalformedRecordException(in.remaining() + " bytes behind the batch");
        }
        return batch;
    }

    private static RelayBatch batch(AvroReader in, boolean reportsRepeated) throws MalformedRecordException {
        String streamId = in.text();
        long epoch = in.longNumber();
        long batchNumber = in.longNumber();
        long firstArrivalMicros = in.longNumber();
        EntryDecoder decoder = new EntryDecoder(in, firstArrivalMicros, reportsRepeated);
        List<LogEntry> entries = new ArrayList<>();
        for (int count = in.blockCount(); count != 0; count = in.blockCount()) {
            for (int i = 0; i < count; i++) {
                entries.add(decoder.entry());
            }
        }
        return new RelayBatch(streamId, epoch, batchNumber, firstArrivalMicros, entries);
    }
}
