package dev.weir.standalone.logtools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.connector.WeirConverter;
import dev.weir.schemas.FrameMeta;
import dev.weir.schemas.MetadataCodec;
import dev.weir.schemas.RecordDecoder;
import dev.weir.schemas.SchemaRegistry;
import dev.weir.schemas.Topics;
import dev.weir.standalone.CommandRun;
import dev.weir.standalone.demo.ClipPublisher;
import dev.weir.standalone.worker.Worker;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.connect.data.Struct;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The log with the ids of a real schema registry in front of its records, and the archive that a Connect worker makes of it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(240)
class ArchivedLogIT {

    @TempDir
    static Path folder;

    private final ObjectMapper mapper = new ObjectMapper();

    @SuppressWarnings("NullAway.Init") // Before all tests.
    private Apicurio registry;

    @SuppressWarnings("NullAway.Init") // Before all tests.
    private LogBed bed;

    @SuppressWarnings("NullAway.Init") // Before all tests.
    private Worker worker;

    private long frames;
    private long packets;

    @BeforeAll
    void publish() throws Exception {
        registry = Apicurio.start(folder);
        bed = new LogBed(folder.resolve("data"), Optional.of(registry.url()));
        worker = bed.worker(archiveSink());
        ClipPublisher sent =
                ClipSession.publish(bed.whip("clip"), bed.loop(), Duration.ofSeconds(3), new AtomicBoolean());
        frames = sent.frames(ClipPublisher.VIDEO) + sent.frames(ClipPublisher.AUDIO);
        packets = sent.packets(ClipPublisher.VIDEO) + sent.packets(ClipPublisher.AUDIO);
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(500))
                .until(() -> run("log", "--stream", "clip", "--json").out().contains("\"entry\":\"end\""));
    }

    private Map<String, String> archiveSink() {
        return Map.of(
                "name",
                "archive",
                "connector.class",
                "dev.weir.connector.ArchiveSinkConnector",
                "topics",
                Topics.MEDIA,
                "value.converter",
                WeirConverter.class.getName(),
                "value.converter.output",
                "bytes",
                "value.converter.registry.url",
                registry.url().toString(),
                "archive.directory",
                folder.resolve("archive").toString());
    }

    @AfterAll
    void stop() throws IOException {
        worker.close();
        registry.close();
        bed.close();
    }

    private CommandRun run(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--registry", registry.url().toString(), "--bootstrap", bed.bootstrap()));
        return CommandRun.of(all.toArray(String[]::new));
    }

    private List<String> lines(String... arguments) {
        CommandRun run = run(arguments);
        assertThat(run.exitCode()).as(run.err()).isZero();
        return run.out().lines().toList();
    }

    @Test
    void everyCommandReadsWhatTheRegistryFrames() throws IOException {
        Path film = folder.resolve("clip.mp4");

        assertThat(lines("log", "--stream", "clip", "--json").stream()
                        .filter(line -> line.contains("\"entry\":\"packet\"")))
                .hasSize((int) packets);
        JsonNode exported = mapper.readTree(lines("export", "--stream", "clip", "--output", film.toString(), "--json")
                .get(0));
        assertThat(exported.at("/tracks/0/frames").asLong()).isPositive();
        assertThat(lines("archive", "verify", "--stream", "clip", "--archive", archive()))
                .last()
                .isEqualTo("proved");
    }

    @Test
    void withoutTheRegistryTheReasonIsToldAndTheExitCodeIsNot0() {
        CommandRun none = CommandRun.of("log", "--stream", "clip", "--bootstrap", bed.bootstrap());
        CommandRun wrong = CommandRun.of(
                "log", "--stream", "clip", "--bootstrap", bed.bootstrap(), "--registry", "http://127.0.0.1:1");

        assertThat(none.exitCode()).isEqualTo(1);
        assertThat(none.err()).contains("records cannot be read").contains("schema registry");
        assertThat(wrong.exitCode()).isEqualTo(1);
        assertThat(wrong.err())
                .contains("no answer from the schema registry at 127.0.0.1:1")
                .hasLineCount(1);
    }

    @Test
    void metadataIsReadByRecordAndAsStruct() throws Exception {
        RecordDecoder decoder = new RecordDecoder(new SchemaRegistry(registry.url()));
        WeirConverter converter = new WeirConverter();
        converter.configure(Map.of("registry.url", registry.url().toString()), false);
        MetadataCodec<FrameMeta> codec = MetadataCodec.frames();

        List<byte[]> values = bed.values(Topics.FRAMES);

        assertThat(values).hasSize((int) frames).allSatisfy(value -> {
            assertThat(value).startsWith(0, 0, 0, 0);
            FrameMeta frame = decoder.decode(codec, value);
            Struct struct =
                    (Struct) converter.toConnectData(Topics.FRAMES, value).value();
            assertThat(struct.getInt64("frameId")).isEqualTo(frame.frameId());
            assertThat(converter.fromConnectData(Topics.FRAMES, struct.schema(), struct))
                    .isEqualTo(value);
        });
    }

    private String archive() {
        return folder.resolve("archive").toString();
    }
}
