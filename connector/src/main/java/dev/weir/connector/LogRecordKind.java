package dev.weir.connector;

import dev.weir.schemas.ArchiveObject;
import dev.weir.schemas.FrameMeta;
import dev.weir.schemas.MalformedRecordException;
import dev.weir.schemas.MetadataCodec;
import dev.weir.schemas.RecordPrefix;
import dev.weir.schemas.RelayBatch;
import dev.weir.schemas.RelayBatchCodec;
import dev.weir.schemas.RestreamTarget;
import dev.weir.schemas.SessionEvent;
import dev.weir.schemas.StreamState;
import dev.weir.schemas.TrackStats;
import java.nio.ByteBuffer;
import java.util.List;

/** One type of record in Weir's topics: its schema, its bytes and its struct. One thread. */
abstract class LogRecordKind {
    private final Class<? extends Record> type;
    private final StructMapping mapping;

    LogRecordKind(Class<? extends Record> type) {
        this.type = type;
        this.mapping = StructMapping.of(type);
    }

    /** Returns every type of record. */
    static List<LogRecordKind> all() {
        return List.of(
                new Batches(),
                new Metadata<>(FrameMeta.class, MetadataCodec.frames()),
                new Metadata<>(SessionEvent.class, MetadataCodec.sessions()),
                new Metadata<>(TrackStats.class, MetadataCodec.stats()),
                new Metadata<>(StreamState.class, MetadataCodec.streams()),
                new Metadata<>(ArchiveObject.class, MetadataCodec.archive()),
                new Metadata<>(RestreamTarget.class, MetadataCodec.restream()));
    }

    StructMapping mapping() {
        return mapping;
    }

    /** Returns the name of the schema, in Avro and in Connect. */
    String name() {
        return type.getName();
    }

    abstract String schema();

    abstract long fingerprint();

    /** Returns whether records of the schema with this fingerprint can be decoded. */
    boolean reads(long written) {
        return written == fingerprint();
    }

    /** Decodes a value that was written with the schema {@code written}; {@code prefix} stands in front of it. */
    abstract Record decode(byte[] value, RecordPrefix prefix, long written) throws MalformedRecordException;

    abstract byte[] encode(Record value, RecordPrefix prefix);

    private static final class Batches extends LogRecordKind {
        Batches() {
            super(RelayBatch.class);
        }

        @Override
        String schema() {
            return RelayBatchCodec.schema();
        }

        @Override
        long fingerprint() {
            return RelayBatchCodec.FINGERPRINT;
        }

        @Override
        boolean reads(long written) {
            return RelayBatchCodec.reads(written);
        }

        @Override
        Record decode(byte[] value, RecordPrefix prefix, long written) throws MalformedRecordException {
            return RelayBatchCodec.decode(ByteBuffer.wrap(value), written);
        }

        @Override
        byte[] encode(Record value, RecordPrefix prefix) {
            return new RelayBatchCodec(prefix).encode((RelayBatch) value);
        }
    }

    private static final class Metadata<R extends Record> extends LogRecordKind {
        private final Class<R> type;
        private final MetadataCodec<R> codec;

        Metadata(Class<R> type, MetadataCodec<R> codec) {
            super(type);
            this.type = type;
            this.codec = codec;
        }

        @Override
        String schema() {
            return codec.schema();
        }

        @Override
        long fingerprint() {
            return codec.fingerprint();
        }

        @Override
        boolean reads(long written) {
            return codec.reads(written);
        }

        @Override
        Record decode(byte[] value, RecordPrefix prefix, long written) throws MalformedRecordException {
            return codec.decode(value, written);
        }

        @Override
        byte[] encode(Record value, RecordPrefix prefix) {
            return codec.with(prefix).encode(type.cast(value));
        }
    }
}
