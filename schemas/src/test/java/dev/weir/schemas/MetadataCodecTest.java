package dev.weir.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.message.BinaryMessageDecoder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds our mapping between Java records and schemas against ordinary Avro, for every record type. */
class MetadataCodecTest {
    private static final int VALUES = 200;

    record Case<R extends Record>(Class<R> type, MetadataCodec<R> codec) {
        Schema schema() {
            return new Schema.Parser().parse(codec.schema());
        }

        RandomRecords values() {
            long seed = type.getSimpleName().hashCode();
            System.out.println(type.getSimpleName() + " seed " + seed);
            return new RandomRecords(seed);
        }

        @Override
        public String toString() {
            return type.getSimpleName();
        }
    }

    static Stream<Case<?>> cases() {
        return Stream.of(
                new Case<>(FrameMeta.class, MetadataCodec.frames()),
                new Case<>(SessionEvent.class, MetadataCodec.sessions()),
                new Case<>(TrackStats.class, MetadataCodec.stats()),
                new Case<>(StreamState.class, MetadataCodec.streams()),
                new Case<>(ArchiveObject.class, MetadataCodec.archive()),
                new Case<>(RestreamTarget.class, MetadataCodec.restream()));
    }

    @ParameterizedTest
    @MethodSource("cases")
    <R extends Record> void fingerprintIsThatOfTheShippedSchema(Case<R> tested) {
        assertThat(tested.codec().fingerprint())
                .as("the components of %s are the fields of its schema", tested)
                .isEqualTo(SchemaNormalization.parsingFingerprint64(tested.schema()));
    }

    @ParameterizedTest
    @MethodSource("cases")
    <R extends Record> void whatIsEncodedIsDecoded(Case<R> tested) throws MalformedRecordException {
        RandomRecords values = tested.values();
        for (int i = 0; i < VALUES; i++) {
            R value = values.next(tested.type());

            assertThat(tested.codec().decode(tested.codec().encode(value))).isEqualTo(value);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    <R extends Record> void ordinaryAvroReadsWhatWeWriteAndWeReadWhatItWrites(Case<R> tested)
            throws IOException, MalformedRecordException {
        BinaryMessageDecoder<GenericRecord> avro = new BinaryMessageDecoder<>(new GenericData(), tested.schema());
        GenericDatumWriter<GenericRecord> writer = new GenericDatumWriter<>(tested.schema());
        RandomRecords values = tested.values();
        for (int i = 0; i < VALUES; i++) {
            R value = values.next(tested.type());
            byte[] ours = tested.codec().encode(value);

            GenericRecord read = avro.decode(ours);
            ByteArrayOutputStream theirs = new ByteArrayOutputStream();
            theirs.write(ours, 0, RelayBatchCodec.PREFIX_BYTES);
            BinaryEncoder blocks = new EncoderFactory().configureBlockSize(64).blockingBinaryEncoder(theirs, null);
            writer.write(read, blocks);
            blocks.flush();

            assertThat(read.toString()).contains("\"streamId\"");
            assertThat(tested.codec().decode(theirs.toByteArray())).isEqualTo(value);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    <R extends Record> void everyTruncationIsMalformed(Case<R> tested) {
        byte[] encoded = tested.codec().encode(tested.values().next(tested.type()));
        for (int length = 0; length < encoded.length; length++) {
            byte[] cut = Arrays.copyOf(encoded, length);

            assertThatThrownBy(() -> tested.codec().decode(cut)).isInstanceOf(MalformedRecordException.class);
        }
        assertThatThrownBy(() -> tested.codec().decode(Arrays.copyOf(encoded, encoded.length + 1)))
                .isInstanceOf(MalformedRecordException.class);
    }

    @Test
    void valuesCarryTheNamesOfTheSchema() throws IOException {
        FrameMeta frame = new RandomRecords(1).next(FrameMeta.class);
        byte[] encoded = MetadataCodec.frames().encode(frame);
        GenericRecord read = new GenericDatumReader<GenericRecord>(
                        new Schema.Parser().parse(MetadataCodec.frames().schema()))
                .read(
                        null,
                        DecoderFactory.get()
                                .binaryDecoder(
                                        encoded,
                                        RelayBatchCodec.PREFIX_BYTES,
                                        encoded.length - RelayBatchCodec.PREFIX_BYTES,
                                        null));

        assertThat(read.get("streamId")).hasToString(frame.streamId());
        assertThat(read.get("frameId")).isEqualTo(frame.frameId());
        assertThat(read.get("codec")).hasToString(frame.codec().name());
        assertThat(read.get("payloadOffset"))
                .isEqualTo(
                        frame.payloadOffset().isPresent()
                                ? frame.payloadOffset().getAsLong()
                                : null);
    }
}
