package dev.weir.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A stand-in registry counts and forgets; what a real one answers is tested with Apicurio's in RegistryIT. */
class RecordDecoderTest {
    private static final RelayBatch BATCH = new RelayBatch("cam", 3, 0, 5, List.of(new Heartbeat(6)));

    private final Map<String, String> schemas = new ConcurrentHashMap<>();
    private final AtomicInteger requests = new AtomicInteger();

    @SuppressWarnings("NullAway.Init") // Before each test.
    private HttpServer registry;

    @SuppressWarnings("NullAway.Init") // Before each test.
    private RecordDecoder decoder;

    @BeforeEach
    void start() throws IOException {
        registry = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        registry.createContext("/schemas/ids/", exchange -> {
            requests.incrementAndGet();
            String id = exchange.getRequestURI().getPath().substring("/schemas/ids/".length());
            String schema = schemas.get(id);
            byte[] answer = (schema == null
                            ? "{\"error_code\":40403,\"message\":\"Schema not found\"}"
                            : "{\"schema\":" + Json.quoted(schema) + "}")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(schema == null ? 404 : 200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        registry.start();
        decoder = new RecordDecoder(new SchemaRegistry(
                URI.create("http://127.0.0.1:" + registry.getAddress().getPort())));
    }

    @AfterEach
    void stop() {
        registry.stop(0);
    }

    private static byte[] framed(int id) {
        return new RelayBatchCodec(RecordPrefix.registered(id)).encode(BATCH);
    }

    @Test
    void readsBothFramingsAndAsksForAnIdOnce() throws Exception {
        schemas.put("7", RelayBatchCodec.schema());
        schemas.put("4294967295", MetadataCodec.archive().schema());

        assertThat(decoder.batch(new RelayBatchCodec().encode(BATCH))).isEqualTo(BATCH);
        assertThat(requests).hasValue(0);
        assertThat(decoder.batch(framed(7))).isEqualTo(BATCH);
        assertThat(decoder.batch(framed(7))).isEqualTo(BATCH);
        assertThat(requests).hasValue(1);
        ArchiveObject object = new RandomRecords(1).next(ArchiveObject.class);
        byte[] highest =
                MetadataCodec.archive().with(RecordPrefix.registered(-1)).encode(object);
        assertThat(decoder.decode(MetadataCodec.archive(), highest)).isEqualTo(object);
    }

    @Test
    void anotherSchemaIsRefusedAndAnUnknownOneAskedForAgain() throws Exception {
        schemas.put("8", MetadataCodec.frames().schema());

        assertThatThrownBy(() -> decoder.batch(framed(8)))
                .isInstanceOf(MalformedRecordException.class)
                .hasMessageContaining("another schema");
        assertThatThrownBy(() -> decoder.batch(framed(9)))
                .isInstanceOf(MalformedRecordException.class)
                .hasMessageContaining("schema 9");
        schemas.put("9", RelayBatchCodec.schema());
        assertThat(decoder.batch(framed(9))).isEqualTo(BATCH);
    }

    @Test
    void aRegistryThatIsAwayIsNoReasonToSkipARecord() throws Exception {
        schemas.put("7", RelayBatchCodec.schema());
        registry.stop(0);

        assertThatThrownBy(() -> decoder.batch(framed(7))).isInstanceOf(IOException.class);
    }

    @Test
    void withoutARegistryItSaysWhatIsMissing() {
        assertThatThrownBy(() -> new RecordDecoder().batch(framed(7)))
                .isInstanceOf(MalformedRecordException.class)
                .hasMessageContaining("schema registry");
    }
}
