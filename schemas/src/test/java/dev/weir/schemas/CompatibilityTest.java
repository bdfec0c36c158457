package dev.weir.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.avro.message.BinaryMessageEncoder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Holds the schemas against those of every release, which stay in {@code src/test/resources/released}: a reader of today
 * reads the records of then, and a reader of then those of today. A release adds a folder; none is ever changed.
 */
class CompatibilityTest {
    private static final Path RELEASED = Path.of("src/test/resources/released");

    static List<Path> released() throws IOException {
        try (Stream<Path> files = Files.walk(RELEASED)) {
            return files.filter(file -> file.toString().endsWith(".avsc"))
                    .sorted()
                    .toList();
        }
    }

    private static Schema present(Path released) throws IOException {
        String name = String.valueOf(released.getFileName());
        try (InputStream in = Objects.requireNonNull(RelayBatchCodec.class.getResourceAsStream(name), name)) {
            return new Schema.Parser().parse(in);
        }
    }

    private static SchemaCompatibilityType canRead(Schema reader, Schema writer) {
        return SchemaCompatibility.checkReaderWriterCompatibility(reader, writer)
                .getType();
    }

    @ParameterizedTest
    @MethodSource("released")
    void recordsOfEveryReleaseAreReadAndCanReadOurs(Path file) throws IOException {
        Schema then = new Schema.Parser().parse(file.toFile());
        Schema now = present(file);

        assertThat(canRead(now, then)).as("now reads %s", file).isEqualTo(SchemaCompatibilityType.COMPATIBLE);
        assertThat(canRead(then, now)).as("%s reads now", file).isEqualTo(SchemaCompatibilityType.COMPATIBLE);
    }

    static Stream<Arguments> former() {
        return Stream.of(
                Arguments.of("TrackStats", TrackStats.class, MetadataCodec.stats()),
                Arguments.of("StreamState", StreamState.class, MetadataCodec.streams()),
                Arguments.of("ArchiveObject", ArchiveObject.class, MetadataCodec.archive()));
    }

    /** The topics keep records for long, and the catalogue for ever: our own readers take those of the first release too. */
    @ParameterizedTest
    @MethodSource("former")
    <R extends Record> void ourReadersTakeTheRecordsOfTheFirstRelease(
            String name, Class<R> type, MetadataCodec<R> codec) throws Exception {
        Schema then = new Schema.Parser()
                .parse(RELEASED.resolve("0.1/" + name + ".avsc").toFile());
        Schema now = new Schema.Parser().parse(codec.schema());
        assertThat(codec.reads(SchemaNormalization.parsingFingerprint64(then))).isTrue();
        RandomRecords values = new RandomRecords(7);
        for (int i = 0; i < 100; i++) {
            byte[] written = codec.encode(values.next(type));
            GenericRecord full = new BinaryMessageDecoder<GenericRecord>(new GenericData(), now).decode(written);
            byte[] old = withSchema(then, full);

            R read = codec.decode(old);

            GenericRecord resolved = (GenericRecord) new GenericDatumReader<>(then, now)
                    .read(null, DecoderFactory.get().binaryDecoder(old, 10, old.length - 10, null));
            assertThat(codec.encode(read))
                    .as("what ordinary Avro makes of it, defaults and all")
                    .isEqualTo(withSchema(now, resolved));
        }
    }

    private static byte[] withSchema(Schema schema, GenericRecord record) throws IOException {
        GenericRecord kept = new GenericData.Record(schema);
        schema.getFields().forEach(field -> kept.put(field.name(), record.get(field.name())));
        ByteBuffer value = new BinaryMessageEncoder<GenericRecord>(new GenericData(), schema).encode(kept);
        byte[] bytes = new byte[value.remaining()];
        value.get(bytes);
        return bytes;
    }

    @Test
    void everySchemaIsHeld() throws IOException {
        assertThat(released())
                .extracting(file -> String.valueOf(file.getFileName()))
                .contains(
                        "relay-batch.avsc",
                        "FrameMeta.avsc",
                        "SessionEvent.avsc",
                        "TrackStats.avsc",
                        "StreamState.avsc",
                        "ArchiveObject.avsc");
    }

    @Test
    void aFieldWithoutADefaultWouldBeFound() throws IOException {
        Path file = RELEASED.resolve("0.1/FrameMeta.avsc");
        Schema then = new Schema.Parser().parse(file.toFile());
        String changed = Files.readString(file)
                .replaceFirst("\"fields\" : \\[", "\"fields\" : [ {\"name\" : \"added\", \"type\" : \"long\"},");

        assertThat(canRead(new Schema.Parser().parse(changed), then)).isEqualTo(SchemaCompatibilityType.INCOMPATIBLE);
    }
}
