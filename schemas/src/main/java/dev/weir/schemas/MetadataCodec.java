package dev.weir.schemas;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;

/**
 * Encodes and decodes the records of one metadata topic in Avro single-object encoding, as {@link RelayBatchCodec} does
 * for the media log. Encoding reuses one buffer: one thread at a time. Decoding is free of state.
 *
 * @param <R> the record type
 */
public final class MetadataCodec<R extends Record> {
    private static final int MARKER = 0xC301;

    private final String name;
    private final RecordType<R> type;
    private final long fingerprint;
    private final AvroWriter writer = new AvroWriter(256);

    private MetadataCodec(Class<R> record) {
        name = record.getSimpleName();
        type = new RecordType<>(record);
        StringBuilder canonical = new StringBuilder();
        type.canonicalForm(canonical, new HashSet<>());
        fingerprint = Fingerprint.of(canonical.toString());
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

    /** Returns the CRC-64-AVRO fingerprint of the schema. */
    public long fingerprint() {
        return fingerprint;
    }

    /** Returns the schema as JSON, with documentation and defaults. */
    public String schema() {
        try (InputStream in = MetadataCodec.class.getResourceAsStream(name + ".avsc")) {
            if (in == null) {
                throw new IllegalStateException("schema is missing: " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the encoded record in an array of its own. */
    public byte[] encode(R value) {
        writer.reset();
        writer.raw(MARKER >>> 8);
        writer.raw(MARKER);
        writer.fingerprint(fingerprint);
        type.write(writer, value);
        return writer.toByteArray();
    }

    /**
     * Decodes a record value.
     *
     * @throws MalformedRecordException for any bytes that are not a record of this schema
     */
    public R decode(byte[] value) throws MalformedRecordException {
        AvroReader in = new AvroReader(value, 0, value.length);
        if (in.remaining() < RelayBatchCodec.PREFIX_BYTES || (in.raw() << 8 | in.raw()) != MARKER) {
            throw new MalformedRecordException("not in Avro single-object encoding");
        }
        long written = in.fingerprint();
        if (written != fingerprint) {
            throw new MalformedRecordException("written with another schema, fingerprint %016x instead of %016x of %s"
                    .formatted(written, fingerprint, type.fullName()));
        }
        R read = type.read(in);
        if (in.remaining() != 0) {
            throw new MalformedRecordException(in.remaining() + " bytes behind the record");
        }
        return read;
    }
}
