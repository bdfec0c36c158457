package dev.weir.connector.archive;

import dev.weir.connector.mux.AvroContainer;
import dev.weir.connector.mux.Relocation;
import dev.weir.connector.store.Sha256;
import dev.weir.schemas.RelayBatch;
import dev.weir.schemas.RelayBatchCodec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An Avro container file of records that grows. One thread. */
final class LogCopyFile {
    /** Marker and fingerprint of Avro single-object encoding as this release writes it. */
    private static final byte[] PREFIX = ByteBuffer.allocate(RelayBatchCodec.PREFIX_BYTES)
            .put((byte) 0xC3)
            .put((byte) 0x01)
            .putLong(Long.reverseBytes(RelayBatchCodec.FINGERPRINT))
            .array();

    private final byte[] header;
    private final byte[] sync;
    private final List<ByteBuffer> data = new ArrayList<>();
    private long byteLength;
    private int relocated;
    private long relocatedBytes;

    LogCopyFile(String streamId, long epoch, LogPartition source, long firstOffset) {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put(AvroContainer.SCHEMA, RelayBatchCodec.schema());
        metadata.put("avro.codec", "null");
        metadata.put("weir.stream", streamId);
        metadata.put("weir.epoch", Long.toString(epoch));
        metadata.put("weir.topic", source.topic());
        metadata.put("weir.partition", Integer.toString(source.partition()));
        metadata.put("weir.first.offset", Long.toString(firstOffset));
        // Random elsewhere; here every run must write the same.
        String seed = source + "/" + streamId + "/" + epoch + "/" + firstOffset;
        ByteBuffer seedBytes = ByteBuffer.wrap(seed.getBytes(StandardCharsets.UTF_8));
        sync = Arrays.copyOf(HexFormat.of().parseHex(Sha256.of(seedBytes)), AvroContainer.SYNC_BYTES);
        header = AvroContainer.header(metadata, sync);
        byteLength = header.length;
    }

    /**
     * Adds a record; {@code value} is kept. One that was written with the schema of an older release is written anew with
     * today's, since a file has one schema.
     */
    void add(RelayBatch batch, byte[] value) {
        boolean today =
                value.length >= PREFIX.length && Arrays.equals(value, 0, PREFIX.length, PREFIX, 0, PREFIX.length);
        byte[] record = today ? value : new RelayBatchCodec().encode(batch);
        data.add(ByteBuffer.wrap(record, PREFIX.length, record.length - PREFIX.length));
        byteLength += record.length + AvroContainer.SYNC_BYTES;
    }

    /** Returns the value of a record whose datum was read from a file. */
    static byte[] value(ByteBuffer datum) {
        byte[] value = Arrays.copyOf(PREFIX, PREFIX.length + datum.remaining());
        datum.get(datum.position(), value, PREFIX.length, datum.remaining());
        return value;
    }

    /** Returns about how many bytes the file has by now. */
    long byteLength() {
        return byteLength;
    }

    /** Returns the heap that the records take. */
    long heldBytes() {
        return byteLength - relocatedBytes;
    }

    /** Moves the bytes of the records that were not moved yet. */
    void relocate(Relocation elsewhere) throws IOException {
        for (int i = relocated; i < data.size(); i++) {
            int index = i;
            elsewhere.move(data.get(i), bytes -> {
                data.set(index, bytes);
                relocated = index + 1;
                relocatedBytes += bytes.remaining();
            });
        }
    }

    /** Returns the file. */
    ByteBuffer finish() {
        List<byte[]> starts = new ArrayList<>();
        int length = header.length;
        for (ByteBuffer datum : data) {
            byte[] start = AvroContainer.blockStart(datum.remaining());
            starts.add(start);
            length = Math.addExact(length, start.length + datum.remaining() + sync.length);
        }
        ByteBuffer file = ByteBuffer.allocate(length).put(header);
        for (int i = 0; i < data.size(); i++) {
            file.put(starts.get(i)).put(data.get(i).duplicate()).put(sync);
        }
        return file.flip();
    }
}
