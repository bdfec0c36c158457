package dev.weir.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.message.BinaryMessageDecoder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RelayBatchCodecTest {
    private final RelayBatchCodec codec = new RelayBatchCodec();

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void whatIsEncodedIsDecoded(long seed) throws MalformedRecordException {
        RandomBatches batches = new RandomBatches(seed);
        for (int i = 0; i < 200; i++) {
            RelayBatch batch = batches.next();

            assertThat(RelayBatchCodec.decode(codec.encode(batch))).isEqualTo(batch);
        }
    }

    @Test
    void decodesFromTheMiddleOfABuffer() throws MalformedRecordException {
        RelayBatch batch = new RandomBatches(7).next();
        byte[] encoded = codec.encode(batch);
        ByteBuffer larger = ByteBuffer.allocate(encoded.length + 20).position(10);
        ByteBuffer value = larger.slice()
                .position(3)
                .put(encoded)
                .limit(3 + encoded.length)
                .position(3);

        assertThat(RelayBatchCodec.decode(value)).isEqualTo(batch);
        assertThat(value.position()).isEqualTo(3);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {11, 12, 13})
    void ordinaryAvroReadsWhatWeWrite(long seed) throws IOException {
        Schema schema = SchemaTest.shippedSchema();
        BinaryMessageDecoder<GenericRecord> avro = new BinaryMessageDecoder<>(new GenericData(), schema);
        RandomBatches batches = new RandomBatches(seed);
        for (int i = 0; i < 100; i++) {
            RelayBatch batch = batches.next();

            GenericRecord read = avro.decode(codec.encode(batch));

            assertThat(read.get("streamId")).hasToString(batch.streamId());
            assertThat(read.get("epoch")).isEqualTo(batch.epoch());
            List<?> entries = (List<?>) read.get("entries");
            assertThat(entries).hasSameSizeAs(batch.entries());
            for (int j = 0; j < entries.size(); j++) {
                GenericRecord entry = (GenericRecord) entries.get(j);
                LogEntry expected = batch.entries().get(j);
                assertThat(entry.getSchema().getName())
                        .isEqualTo(expected.getClass().getSimpleName());
                if (expected instanceof LogPacket packet) {
                    assertThat(entry.get("payload")).isEqualTo(packet.payload());
                    assertThat((Integer) entry.get("ssrc")).isEqualTo(packet.ssrc());
                    assertThat(batch.firstArrivalMicros() + (Long) entry.get("arrivalOffsetMicros"))
                            .isEqualTo(packet.arrivalMicros());
                }
            }
        }
    }

    @Test
    void readsWhatOrdinaryAvroWritesInArrayBlocksWithSizes() throws IOException, MalformedRecordException {
        Schema schema = SchemaTest.shippedSchema();
        GenericDatumReader<GenericRecord> reader = new GenericDatumReader<>(schema);
        GenericDatumWriter<GenericRecord> writer = new GenericDatumWriter<>(schema);
        RandomBatches batches = new RandomBatches(21);
        for (int i = 0; i < 100; i++) {
            RelayBatch batch = batches.next();
            byte[] encoded = codec.encode(batch);
            BinaryDecoder in = DecoderFactory.get()
                    .binaryDecoder(
                            encoded, RelayBatchCodec.PREFIX_BYTES, encoded.length - RelayBatchCodec.PREFIX_BYTES, null);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            out.write(encoded, 0, RelayBatchCodec.PREFIX_BYTES);
            BinaryEncoder blocks = new EncoderFactory().configureBlockSize(64).blockingBinaryEncoder(out, null);

            writer.write(reader.read(null, in), blocks);
            blocks.flush();

            assertThat(RelayBatchCodec.decode(out.toByteArray())).isEqualTo(batch);
        }
    }

    /** The topic still holds what the release before has written, while gateways and sinks are renewed. */
    @Test
    void readsWhatWasWrittenWithTheFirstRelease() throws IOException, MalformedRecordException {
        Schema then = new Schema.Parser()
                .parse(Path.of("src/test/resources/released/0.1/relay-batch.avsc")
                        .toFile());
        Schema now = SchemaTest.shippedSchema();
        GenericDatumReader<GenericRecord> reader = new GenericDatumReader<>(then, now);
        GenericDatumWriter<GenericRecord> writer = new GenericDatumWriter<>(then);
        RandomBatches batches = new RandomBatches(41);
        for (int i = 0; i < 100; i++) {
            byte[] encoded = codec.encode(batches.next());
            byte[] old = old(encoded, now, then, writer);

            RelayBatch read = RelayBatchCodec.decode(old);

            BinaryDecoder in = DecoderFactory.get()
                    .binaryDecoder(old, RelayBatchCodec.PREFIX_BYTES, old.length - RelayBatchCodec.PREFIX_BYTES, null);
            ByteArrayOutputStream resolved = new ByteArrayOutputStream();
            resolved.write(encoded, 0, RelayBatchCodec.PREFIX_BYTES);
            BinaryEncoder out = EncoderFactory.get().binaryEncoder(resolved, null);
            new GenericDatumWriter<GenericRecord>(now).write(reader.read(null, in), out);
            out.flush();
            assertThat(read).isEqualTo(RelayBatchCodec.decode(resolved.toByteArray()));
        }
    }

    /** Writes a record as the first release would have. */
    private static byte[] old(byte[] encoded, Schema now, Schema then, GenericDatumWriter<GenericRecord> writer)
            throws IOException {
        BinaryDecoder in = DecoderFactory.get()
                .binaryDecoder(
                        encoded, RelayBatchCodec.PREFIX_BYTES, encoded.length - RelayBatchCodec.PREFIX_BYTES, null);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(encoded, 0, 2);
        for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
            out.write((int) (RelayBatchCodec.FIRST_FINGERPRINT >>> shift));
        }
        BinaryEncoder binary = EncoderFactory.get().binaryEncoder(out, null);
        writer.write(new GenericDatumReader<GenericRecord>(now, then).read(null, in), binary);
        binary.flush();
        return out.toByteArray();
    }

    @Test
    void anotherFingerprintIsNamed() {
        byte[] encoded = codec.encode(new RandomBatches(3).next());
        encoded[2] ^= 1;

        assertThatThrownBy(() -> RelayBatchCodec.decode(encoded))
                .isInstanceOf(MalformedRecordException.class)
                .hasMessageContaining("another schema");
    }

    @Test
    void bytesBehindTheBatchAreMalformed() {
        byte[] encoded = codec.encode(new RandomBatches(4).next());

        assertThatThrownBy(() -> RelayBatchCodec.decode(Arrays.copyOf(encoded, encoded.length + 1)))
                .isInstanceOf(MalformedRecordException.class);
    }

    @Test
    void sizeEstimateIsNeverTooSmall() {
        RandomBatches batches = new RandomBatches(31);
        for (int i = 0; i < 300; i++) {
            RelayBatch batch = batches.next();
            int bound = 128 + 3 * batch.streamId().length();
            for (LogEntry entry : batch.entries()) {
                bound += entry.maxEncodedBytes();
            }

            assertThat(codec.encode(batch).length).isLessThanOrEqualTo(bound);
        }
    }

    @Test
    void tenPacketsOfLiveVideoCostLessThan33BytesEach() {
        int payloadBytes = 1150;
        long nowMicros = 1_795_000_000_000_000L;
        List<LogEntry> entries = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            entries.add(new LogPacket(
                    1,
                    "",
                    102,
                    0x9ABCDEF0,
                    2_000_000 + i,
                    12_345_678_901L,
                    i == 9,
                    false,
                    nowMicros + 300L * i,
                    ByteBuffer.allocate(payloadBytes)));
        }

        int size = codec.encode(new RelayBatch("lobby-camera", 1_795_000_000L, 12_345, nowMicros, entries)).length;

        double overhead = (size - 10 * payloadBytes) / 10.0;
        System.out.println("bytes per packet beside the payload, ten in a batch: " + overhead);
        assertThat(overhead).isLessThan(33);
    }
}
