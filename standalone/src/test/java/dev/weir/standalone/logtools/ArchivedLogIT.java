package dev.weir.standalone.logtools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.connector.WeirConverter;
import dev.weir.schemas.ArchiveObject;
import dev.weir.schemas.FrameMeta;
import dev.weir.schemas.MetadataCodec;
import dev.weir.schemas.RecordDecoder;
import dev.weir.schemas.SchemaRegistry;
import dev.weir.schemas.StreamCondition;
import dev.weir.schemas.StreamState;
import dev.weir.schemas.Topics;
import dev.weir.standalone.CommandRun;
import dev.weir.standalone.demo.ClipPublisher;
import dev.weir.standalone.worker.Worker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
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
                archive(),
                "archive.segment.duration.ms",
                "1000",
                "archive.topic.kafka.bootstrap.servers",
                bed.bootstrap(),
                "archive.topic.registry.url",
                registry.url().toString());
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
        RecordDecoder decoder = decoder();
        WeirConverter converter = new WeirConverter();
        converter.configure(Map.of("registry.url", registry.url().toString()), false);
        MetadataCodec<FrameMeta> codec = MetadataCodec.frames();

        List<byte[]> values = bed.values(Topics.FRAMES);

        List<FrameMeta> ours = new ArrayList<>();
        assertThat(values).allSatisfy(value -> {
            assertThat(value).startsWith(0, 0, 0, 0);
            FrameMeta frame = decoder.decode(codec, value);
            ours.add(frame);
            Struct struct =
                    (Struct) converter.toConnectData(Topics.FRAMES, value).value();
            assertThat(struct.getInt64("frameId")).isEqualTo(frame.frameId());
            assertThat(converter.fromConnectData(Topics.FRAMES, struct.schema(), struct))
                    .isEqualTo(value);
        });
        assertThat(ours.stream().filter(frame -> frame.streamId().equals("clip")))
                .hasSize((int) frames);
    }

    @Test
    void everyObjectIsToldAndTheCatalogueFollows() throws Exception {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(catalogue("clip"))
                        .hasValueSatisfying(
                                state -> assertThat(state.archivedOffset()).isEqualTo(state.kafkaAckedOffset())));

        requireTold("clip");
        assertThat(catalogue("clip").orElseThrow().condition()).isEqualTo(StreamCondition.OFFLINE);
    }

    @Test
    void aKilledWorkerLeavesNoObjectUntold() throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        CompletableFuture<ClipPublisher> publishing = CompletableFuture.supplyAsync(() -> {
            try {
                return ClipSession.publish(bed.whip("killed"), bed.loop(), Duration.ofSeconds(60), stop);
            } catch (Exception e) {
                throw new CompletionException(e);
            }
        });
        try {
            await().atMost(Duration.ofSeconds(30)).until(() -> !told("killed").isEmpty());
            ProcessHandle.of(worker.process().pid()).orElseThrow().destroyForcibly();
            worker.close();
            worker = bed.worker(archiveSink());
            int before = told("killed").size();
            await().atMost(Duration.ofSeconds(60)).until(() -> told("killed").size() > before + 1);
        } finally {
            stop.set(true);
        }
        publishing.get(30, TimeUnit.SECONDS);
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(catalogue("killed"))
                        .hasValueSatisfying(
                                state -> assertThat(state.archivedOffset()).isEqualTo(state.kafkaAckedOffset())));

        requireTold("killed");
        assertThat(lines("archive", "verify", "--stream", "killed", "--archive", archive()))
                .last()
                .isEqualTo("proved");
    }

    /** One fact per object in the folder; what is told twice is the same twice. */
    private void requireTold(String stream) throws Exception {
        List<ArchiveObject> told = told(stream).stream().distinct().toList();
        try (Stream<Path> files = Files.walk(folder.resolve("archive").resolve(stream))) {
            assertThat(told)
                    .extracting(object -> folder.resolve("archive").resolve(object.objectKey()))
                    .containsExactlyInAnyOrderElementsOf(
                            files.filter(file -> file.toString().endsWith(".mp4"))
                                    .toList());
        }
        for (ArchiveObject object : told) {
            Path file = folder.resolve("archive").resolve(object.objectKey());
            assertThat(object.sizeBytes()).isEqualTo(Files.size(file));
            assertThat(object.archivedArrivalMicros()).isPresent();
        }
        assertThat(told.stream().filter(ArchiveObject::last)).hasSize(1);
        assertThat(told.size()).isGreaterThan(1);
    }

    private List<ArchiveObject> told(String stream) throws Exception {
        List<ArchiveObject> told = new ArrayList<>();
        for (byte[] value : bed.values(Topics.ARCHIVE)) {
            told.add(decoder().decode(MetadataCodec.archive(), value));
        }
        return told.stream().filter(object -> object.streamId().equals(stream)).toList();
    }

    /** The latest state of a stream in the catalogue. */
    private Optional<StreamState> catalogue(String stream) throws Exception {
        Optional<StreamState> latest = Optional.empty();
        for (byte[] value : bed.values(Topics.STREAMS)) {
            StreamState state = decoder().decode(MetadataCodec.streams(), value);
            latest = state.streamId().equals(stream) ? Optional.of(state) : latest;
        }
        return latest;
    }

    private RecordDecoder decoder() {
        return new RecordDecoder(new SchemaRegistry(registry.url()));
    }

    private String archive() {
        return folder.resolve("archive").toString();
    }
}
