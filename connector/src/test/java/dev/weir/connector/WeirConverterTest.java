package dev.weir.connector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.weir.schemas.CaptureClock;
import dev.weir.schemas.CodecName;
import dev.weir.schemas.FrameMeta;
import dev.weir.schemas.FrameType;
import dev.weir.schemas.Gap;
import dev.weir.schemas.LogPacket;
import dev.weir.schemas.MetadataCodec;
import dev.weir.schemas.RecordPrefix;
import dev.weir.schemas.RelayBatch;
import dev.weir.schemas.RelayBatchCodec;
import dev.weir.schemas.Topics;
import dev.weir.schemas.TrackConfiguration;
import dev.weir.schemas.TrackInfo;
import dev.weir.schemas.TrackKind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.junit.jupiter.api.Test;

class WeirConverterTest {
    private static final RelayBatch BATCH = new RelayBatch(
            "cam",
            3,
            17,
            1_795_000_000_000_000L,
            List.of(
                    new TrackConfiguration(List.of(new TrackInfo(
                            0,
                            "video",
                            "video",
                            "H264",
                            90_000,
                            0,
                            "packetization-mode=1",
                            List.of("h", "l"),
                            102,
                            Map.of("urn:x", 3),
                            List.of(ByteBuffer.wrap(new byte[] {0x67, 1, 2}))))),
                    new LogPacket(
                            0,
                            "h",
                            102,
                            -5,
                            70_000,
                            9_000,
                            true,
                            true,
                            1_795_000_000_000_100L,
                            ByteBuffer.wrap(new byte[] {9, 8, 7}),
                            List.of(4),
                            ByteBuffer.wrap(new byte[] {1, 2, 3, 4}),
                            ByteBuffer.allocate(0)),
                    new Gap(-1, 1, 2, 3, "mirror-buffer-full")));

    private static final FrameMeta FRAME = new FrameMeta(
            "cam",
            3,
            "audio",
            "",
            8,
            TrackKind.AUDIO,
            CodecName.OPUS,
            FrameType.AUDIO,
            80,
            1,
            0,
            true,
            true,
            5,
            5,
            960,
            48_000,
            20_000,
            OptionalInt.of(20_000),
            OptionalLong.empty(),
            CaptureClock.UNKNOWN,
            1,
            2,
            OptionalInt.empty(),
            OptionalInt.empty(),
            OptionalInt.empty(),
            OptionalInt.empty(),
            OptionalInt.of(-30),
            Optional.of(true),
            1,
            2,
            OptionalLong.of(44));

    private static WeirConverter converter(Map<String, String> settings) {
        WeirConverter converter = new WeirConverter();
        converter.configure(settings, false);
        return converter;
    }

    @Test
    void aBatchBecomesAStructAndAgainTheSameBytes() {
        WeirConverter converter = converter(Map.of());
        byte[] encoded = new RelayBatchCodec().encode(BATCH);

        SchemaAndValue converted = converter.toConnectData(Topics.MEDIA, encoded);

        Struct struct = (Struct) converted.value();
        struct.validate();
        assertThat(struct.getString("streamId")).isEqualTo("cam");
        List<Struct> entries = struct.getArray("entries");
        assertThat(entries.get(1).getStruct("logPacket").getInt64("extendedSequence"))
                .isEqualTo(70_000L);
        assertThat(entries.get(1).get("gap")).isNull();
        assertThat(converter.fromConnectData(Topics.MEDIA, converted.schema(), struct))
                .isEqualTo(encoded);
        assertThat(SinkValue.bytes(struct))
                .hasValueSatisfying(bytes -> assertThat(bytes).isEqualTo(encoded));
    }

    @Test
    void metadataBecomesStructsWithOptionalFields() {
        WeirConverter converter = converter(Map.of());
        byte[] encoded = MetadataCodec.frames().encode(FRAME);

        SchemaAndValue converted = converter.toConnectData(Topics.FRAMES, encoded);

        Struct struct = (Struct) converted.value();
        struct.validate();
        assertThat(struct.getString("codec")).isEqualTo("OPUS");
        assertThat(struct.getInt64("payloadOffset")).isEqualTo(44L);
        assertThat(struct.get("widthPx")).isNull();
        assertThat(struct.getBoolean("voiceActivity")).isTrue();
        assertThat(converter.fromConnectData(Topics.FRAMES, converted.schema(), struct))
                .isEqualTo(encoded);
    }

    private static void answer(HttpExchange exchange, int status, Map<String, ?> content) throws IOException {
        byte[] answer = new ObjectMapper().writeValueAsBytes(content);
        exchange.sendResponseHeaders(status, answer.length);
        exchange.getResponseBody().write(answer);
        exchange.close();
    }

    @Test
    void recordsOfARegistryAreReadByTheIdThatItGaveOurSchema() throws IOException {
        HttpServer registry = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        registry.createContext("/subjects", exchange -> answer(exchange, 200, Map.of("id", 7)));
        registry.createContext(
                "/schemas/ids/7", exchange -> answer(exchange, 200, Map.of("schema", RelayBatchCodec.schema())));
        registry.createContext("/schemas/ids/8", exchange -> answer(exchange, 200, Map.of("schema", "\"string\"")));
        registry.createContext("/", exchange -> answer(exchange, 404, Map.of("error_code", 40403)));
        registry.start();
        try {
            String url = "http://127.0.0.1:" + registry.getAddress().getPort();
            WeirConverter structs = converter(Map.of("registry.url", url));
            WeirConverter bytes = converter(Map.of("registry.url", url, "output", "bytes"));
            byte[] written = new RelayBatchCodec(RecordPrefix.registered(7)).encode(BATCH);
            byte[] other = new RelayBatchCodec(RecordPrefix.registered(8)).encode(BATCH);
            byte[] plain = new RelayBatchCodec().encode(BATCH);

            SchemaAndValue converted = structs.toConnectData(Topics.MEDIA, written);

            assertThat(written).startsWith(0, 0, 0, 0, 7);
            assertThat(structs.fromConnectData(Topics.MEDIA, converted.schema(), converted.value()))
                    .isEqualTo(written);
            assertThat(bytes.toConnectData(Topics.MEDIA, written).value()).isEqualTo(plain);
            assertThat(bytes.toConnectData(Topics.MEDIA, plain).value()).isEqualTo(plain);
            assertThatThrownBy(() -> structs.toConnectData(Topics.MEDIA, other))
                    .isInstanceOf(DataException.class)
                    .hasMessageContaining("does not know");
        } finally {
            registry.stop(0);
        }
    }

    @Test
    void whatIsNotOursIsRefusedWithAReason() {
        WeirConverter converter = converter(Map.of());

        assertThat(converter.toConnectData(Topics.MEDIA, null)).isEqualTo(SchemaAndValue.NULL);
        assertThatThrownBy(() -> converter.toConnectData(Topics.MEDIA, new byte[] {1, 2, 3}))
                .isInstanceOf(DataException.class);
        assertThatThrownBy(() -> converter.toConnectData(
                        Topics.MEDIA, new RelayBatchCodec(RecordPrefix.registered(7)).encode(BATCH)))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("registry.url");
        assertThatThrownBy(() -> converter.fromConnectData(Topics.MEDIA, Schema.INT32_SCHEMA, 5))
                .isInstanceOf(DataException.class);
        assertThatThrownBy(() -> converter.configure(Map.of("output", "xml"), false))
                .isInstanceOf(ConfigException.class);
        assertThatThrownBy(() -> converter.configure(Map.of(), true)).isInstanceOf(ConfigException.class);
    }
}
