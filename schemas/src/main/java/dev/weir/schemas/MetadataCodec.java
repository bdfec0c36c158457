package dev.weir.schemas;

import java.nio.ByteBuffer;
import java.util.HashSet;

/**
 * Encodes and decodes the records of one metadata topic in Avro single-object encoding, as {@link RelayBatchCodec} does
 * for the media log. Encoding reuses one buffer: one thread at a time. Decoding is free of state.
 *
 * @param <R> the record type
 */
public final class MetadataCodec<R extends Record> {
    private final String name;
    private final RecordType<R> type;
    private final long fingerprint;
    private final RecordPrefix prefix;
    private final AvroWriter writer = new AvroWriter(256);

    private MetadataCodec(Class<R> record) {
        name = record.getSimpleName();
        type = new RecordType<>(record);
        StringBuilder canonical = new StringBuilder();
        type.canonicalForm(canonical, new HashSet<>());
        fingerprint = Fingerprint.of(canonical.toString());
        prefix = RecordPrefix.singleObject(fingerprint);
    }

    private MetadataCodec(MetadataCodec<R> like, RecordPrefix prefix) {
        name = like.name;
        type = like.type;
        fingerprint = like.fingerprint;
        this.prefix = prefix;
    }

    /** Returns a codec that writes {@code registered} in front, that of {@link #schema} in a registry, and reads it too. */
    public MetadataCodec<R> with(RecordPrefix registered) {
        return new MetadataCodec<>(this, registered);
    }

    /** Returns a codec for the records of {@link Topics#FRAMES}. */
    public static MetadataCodec<FrameMeta> frames() {
        return new MetadataCodec<>(FrameMeta.class);
    }

    /** Returns a codec for the records of {@link Topics#SESSIONS}. */
    public static MetadataCodec<SessionEvent> sessions() {
        return new MetadataCodec<>(SessionEvent.class);
    }

    /** Returns a codec for the records of {@link Topics#STATS}. */
    public static MetadataCodec<TrackStats> stats() {
        return new MetadataCodec<>(TrackStats.class);
    }

    /** Returns a codec for the records of {@link Topics#STREAMS}. */
    public static MetadataCodec<StreamState> streams() {
        return new MetadataCodec<>(StreamState.class);
    }

    /** Returns a codec for the records of {@link Topics#ARCHIVE}. */
    public static MetadataCodec<ArchiveObject> archive() {
        return new MetadataCodec<>(ArchiveObject.class);
    }

    /** Returns a codec for the records of {@link Topics#RESTREAM}. */
    public static MetadataCodec<RestreamTarget> restream() {
        return new MetadataCodec<>(RestreamTarget.class);
    }

    String name() {
        return name;
    }

    /** Returns the CRC-64-AVRO fingerprint of the schema. */
    public long fingerprint() {
        return fingerprint;
    }

    /** Returns the schema as JSON, with documentation and defaults. */
    public String schema() {
        return SchemaResource.read(name + ".avsc");
    }

    /** Returns the encoded record in an array of its own. */
    public byte[] encode(R value) {
        writer.reset();
        prefix.write(writer);
        type.write(writer, value);
        return writer.toByteArray();
    }

    /**
     * Decodes a record value.
     *
     * @throws MalformedRecordException for any bytes that are not a record of this schema
     */
    public R decode(byte[] value) throws MalformedRecordException {
        return decode(value, prefix);
    }

    /** Decodes, and accepts the prefix {@code registered} of our schema in a registry too. */
    R decode(byte[] value, RecordPrefix registered) throws MalformedRecordException {
        RecordPrefix written = RecordPrefix.of(ByteBuffer.wrap(value));
        written.require(fingerprint, registered, name);
        AvroReader in = new AvroReader(value, written.length(), value.length);
        R read = type.read(in);
        if (in.remaining() != 0) {
            throw new MalformedRecordException(in.remaining() + " bytes behind the record");
        }
        return read;
    }
}
