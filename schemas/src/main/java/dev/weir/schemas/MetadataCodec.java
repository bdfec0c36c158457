package dev.weir.schemas;

import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Encodes and decodes the records of one metadata topic in Avro single-object encoding, as {@link RelayBatchCodec} does
 * for the media log. Encoding reuses one buffer: one thread at a time. Decoding is free of state, and takes the records of
 * the version before too, in which the last fields were missing.
 *
 * @param <R> the record type
 */
public final class MetadataCodec<R extends Record> {
    private final String name;
    private final RecordType<R> type;
    private final long fingerprint;
    /** Values of the fields that the version before lacks. */
    private final List<?> added;

    private final long formerFingerprint;
    private final RecordPrefix prefix;
    private final AvroWriter writer = new AvroWriter(256);

    private MetadataCodec(Class<R> record, Object... added) {
        name = record.getSimpleName();
        type = new RecordType<>(record);
        fingerprint = fingerprint(type, type.size());
        this.added = List.of(added);
        formerFingerprint = fingerprint(type, type.size() - added.length);
        prefix = RecordPrefix.singleObject(fingerprint);
    }

    private static long fingerprint(RecordType<?> type, int fields) {
        StringBuilder canonical = new StringBuilder();
        type.canonicalForm(canonical, new HashSet<>(), fields);
        return Fingerprint.of(canonical.toString());
    }

    private MetadataCodec(MetadataCodec<R> like, RecordPrefix prefix) {
        name = like.name;
        type = like.type;
        fingerprint = like.fingerprint;
        added = like.added;
        formerFingerprint = like.formerFingerprint;
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
        return new MetadataCodec<>(TrackStats.class, Optional.empty());
    }

    /** Returns a codec for the records of {@link Topics#STREAMS}. */
    public static MetadataCodec<StreamState> streams() {
        return new MetadataCodec<>(StreamState.class, -1L, OptionalLong.empty());
    }

    /** Returns a codec for the records of {@link Topics#ARCHIVE}. */
    public static MetadataCodec<ArchiveObject> archive() {
        return new MetadataCodec<>(ArchiveObject.class, -1L, OptionalLong.empty());
    }

    /** Returns a codec for the records of {@link Topics#RESTREAM}. */
    public static MetadataCodec<RestreamTarget> restream() {
        return new MetadataCodec<>(RestreamTarget.class);
    }

    /** Returns the CRC-64-AVRO fingerprint of the schema. */
    public long fingerprint() {
        return fingerprint;
    }

    /** Returns whether records that were written with the schema {@code written} can be decoded. */
    public boolean reads(long written) {
        return written == fingerprint || written == formerFingerprint;
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
     * @throws MalformedRecordException for any bytes that are not a record of this schema, or of the version before
     */
    public R decode(byte[] value) throws MalformedRecordException {
        RecordPrefix written = RecordPrefix.of(ByteBuffer.wrap(value));
        written.requireKnown(prefix, name);
        return decode(value, written.registered() ? fingerprint : written.schema());
    }

    /**
     * Decodes a record value that was written with the schema of the fingerprint {@code written}.
     *
     * @throws MalformedRecordException for any bytes that are not a record of that schema, and for other schemas
     */
    public R decode(byte[] value, long written) throws MalformedRecordException {
        if (!reads(written)) {
            throw RecordPrefix.otherSchema(written, fingerprint, name);
        }
        int start = RecordPrefix.of(ByteBuffer.wrap(value)).length();
        AvroReader in = new AvroReader(value, start, value.length);
        R read = written == fingerprint ? type.read(in) : type.read(in, added);
        if (in.remaining() != 0) {
            throw new MalformedRecordException(in.remaining() + " bytes behind the record");
        }
        return read;
    }
}
