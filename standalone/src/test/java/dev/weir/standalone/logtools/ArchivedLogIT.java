package dev.weir.standalone.logtools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.connector.WeirConverter;
import dev.weir.schemas.ArchiveObject;
import dev.weir.schemas.FrameMeta;
import dev.weir.schemas.Gap;
import dev.weir.schemas.LogEntry;
import dev.weir.schemas.LogPacket;
import dev.weir.schemas.MetadataCodec;
import dev.weir.schemas.RecordDecoder;
import dev.weir.schemas.RelayBatch;
import dev.weir.schemas.RelayBatchCodec;
import dev.weir.schemas.SchemaRegistry;
import dev.weir.schemas.StreamCondition;
import dev.weir.schemas.StreamState;
import dev.weir.schemas.Topics;
import dev.weir.standalone.CommandRun;
import dev.weir.standalone.demo.ClipPublisher;
import dev.weir.standalone.journal.LogPosition;
import dev.weir.standalone.journal.LogReader;
import dev.weir.standalone.worker.Worker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
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
        awaitEnd("clip");
    }

    private void awaitEnd(String stream) {
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(500))
                .until(() -> run("log", "--stream", stream, "--json").out().contains("\"entry\":\"end\""));
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

    /** A copy of the archive, to be spoiled. */
    private Path copy(String name) throws IOException {
        Path copy = folder.resolve(name);
        try (Stream<Path> files = Files.walk(folder.resolve("archive"))) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(folder.resolve("archive").relativize(file)));
            }
        }
        return copy;
    }

    private static List<Path> objects(Path archive, String stream) throws IOException {
        try (Stream<Path> files = Files.walk(archive.resolve(stream))) {
            return files.filter(file -> file.toString().endsWith(".mp4"))
                    .sorted()
                    .toList();
        }
    }

    private JsonNode verified(int exitCode, String stream, Path archive) throws IOException {
        CommandRun run = run("archive", "verify", "--stream", stream, "--archive", archive.toString(), "--json");
        assertThat(run.exitCode()).as(run.out() + run.err()).isEqualTo(exitCode);
        JsonNode verdict = mapper.readTree(run.out());
        assertThat(verdict.get("proved").asBoolean()).isEqualTo(exitCode == 0);
        return verdict;
    }

    @Test
    void verifyFindsWhatWasDoneToTheArchive() throws Exception {
        awaitArchived("clip");
        Path good = folder.resolve("archive");
        Path changed = copy("changed");
        Path missing = copy("missing");
        Path doubled = copy("doubled");

        Path object = objects(changed, "clip").get(1);
        byte[] content = Files.readAllBytes(object);
        content[content.length - 200] ^= 1;
        Files.write(object, content);
        Files.delete(objects(missing, "clip").get(1));
        Path first = objects(doubled, "clip").get(0);
        Path again = first.resolveSibling("000000000000001.mp4");
        Files.copy(first, again);
        Files.writeString(
                first.resolveSibling("000000000000001.json"),
                Files.readString(first.resolveSibling("000000000000000.json"))
                        .replace(
                                first.getFileName().toString(),
                                again.getFileName().toString()));

        JsonNode proved = verified(0, "clip", good);
        assertThat(proved.get("acked").asLong()).isEqualTo(frames);
        assertThat(proved.get("archived").asLong()).isEqualTo(frames);
        assertThat(verified(1, "clip", changed).get("corrupt").asLong()).isPositive();
        JsonNode without = verified(1, "clip", missing);
        assertThat(without.get("lost").asLong()).isPositive();
        assertThat(without.at("/epochs/0/problems").toString()).contains("is missing");
        assertThat(verified(1, "clip", doubled).get("duplicated").asLong()).isPositive();
    }

    @Test
    void aGapThatTheLogDeclaresIsProvedAsOne() throws Exception {
        publishWithGap("clip", "gappy");
        awaitEnd("gappy");

        JsonNode verdict = verified(0, "gappy", folder.resolve("archive"));

        assertThat(verdict.get("gaps").asLong()).isPositive();
        assertThat(verdict.get("lost").asLong()).isZero();
        assertThat(verdict.get("archived").asLong()).isPositive().isLessThan(frames);
        assertThat(told("gappy").stream()
                        .mapToInt(object -> object.gaps().size())
                        .sum())
                .isPositive();
    }

    /** Puts a stream into the log again under another name, its middle third left out and declared; without the registry. */
    private void publishWithGap(String from, String to) throws Exception {
        List<RelayBatch> batches = new ArrayList<>();
        try (LogReader log = LogReader.open(kafka(), Topics.MEDIA, Optional.of(from), decoder())) {
            log.seek(LogPosition.BEGINNING);
            log.readToEnd(record -> batches.add(record.batch()));
        }
        RelayBatchCodec codec = new RelayBatchCodec();
        long sent = 0;
        for (int i = 0; i < batches.size(); i++) {
            RelayBatch batch = batches.get(i);
            List<LogEntry> entries = new ArrayList<>(batch.entries());
            if (i == batches.size() / 3) {
                long packets = batches.subList(i, 2 * batches.size() / 3).stream()
                        .flatMap(left -> left.entries().stream())
                        .filter(LogPacket.class::isInstance)
                        .count();
                long end = batches.get(2 * batches.size() / 3).firstArrivalMicros();
                entries = List.of(new Gap(-1, batch.firstArrivalMicros(), end, packets, "mirror-queue-full"));
            } else if (i > batches.size() / 3 && i < 2 * batches.size() / 3) {
                continue;
            }
            bed.send(to, codec.encode(new RelayBatch(to, batch.epoch(), sent++, batch.firstArrivalMicros(), entries)));
        }
    }

    private Properties kafka() {
        Properties client = new Properties();
        client.setProperty("bootstrap.servers", bed.bootstrap());
        return client;
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
        awaitArchived("clip");

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
        awaitArchived("killed");

        requireTold("killed");
        assertThat(lines("archive", "verify", "--stream", "killed", "--archive", archive()))
                .last()
                .isEqualTo("proved");
    }

    private void awaitArchived(String stream) {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(catalogue(stream))
                        .hasValueSatisfying(
                                state -> assertThat(state.archivedOffset()).isEqualTo(state.kafkaAckedOffset())));
    }

    /** One fact per object in the folder; what is told twice is the same twice. */
    private void requireTold(String stream) throws Exception {
        List<ArchiveObject> told = told(stream).stream().distinct().toList();
        assertThat(told)
                .extracting(object -> folder.resolve("archive").resolve(object.objectKey()))
                .containsExactlyInAnyOrderElementsOf(objects(folder.resolve("archive"), stream));
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
