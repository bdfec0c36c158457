package dev.weir.standalone.logtools;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.schemas.LogHeaders;
import dev.weir.schemas.Topics;
import dev.weir.standalone.CommandRun;
import dev.weir.standalone.worker.Worker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A log of a published clip and of streams without a picture, the copies that a real Connect worker makes of it, and the log
 * that is made of the copies again.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(240)
class CopiedLogIT {
    private static final String SOUND = "sound";
    private static final String DARK = "dark";
    private static final String CLIP = "clip";

    @TempDir
    static Path folder;

    private final ObjectMapper mapper = new ObjectMapper();
    private Path settings = Path.of("");

    @SuppressWarnings("NullAway.Init") // Before all tests.
    private LogBed bed;

    @BeforeAll
    void copy() throws Exception {
        bed = new LogBed(folder.resolve("data"));
        long start = System.currentTimeMillis() * 1_000 - 60_000_000;
        bed.send(SoundStreams.records(Topics.MEDIA, 3, SoundStreams.batches(SOUND, 1, start, false)));
        bed.send(SoundStreams.records(Topics.MEDIA, 3, SoundStreams.batches(SOUND, 2, start + 8_000_000, false)));
        bed.send(SoundStreams.records(Topics.MEDIA, 3, SoundStreams.batches(DARK, 1, start, true)));
        ClipSession.publish(bed.whip(CLIP), bed.loop(), Duration.ofSeconds(3), new AtomicBoolean());
        Map<String, String> sink = Map.of(
                "name", "copy",
                "connector.class", "dev.weir.connector.ArchiveSinkConnector",
                "topics", Topics.MEDIA,
                "archive.directory", folder.resolve("copies").toString(),
                "archive.prefix", "log/",
                "archive.container", "avro",
                "archive.segment.duration.ms", "1000");
        settings = Files.writeString(folder.resolve("copy.json"), mapper.writeValueAsString(sink));
        Worker worker = bed.worker(sink);
        try (worker) {
            for (String stream : List.of(SOUND, DARK, CLIP)) {
                lines("archive", "verify", "--stream", stream, "--connector", settings.toString(), "--wait", "60s");
            }
        }
    }

    @AfterAll
    void stop() throws IOException {
        bed.close();
    }

    private CommandRun run(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--bootstrap", bed.bootstrap()));
        return CommandRun.of(all.toArray(String[]::new));
    }

    private List<String> lines(String... arguments) {
        CommandRun run = run(arguments);
        assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
        return run.out().lines().toList();
    }

    private CommandRun restore(String stream, String topic, String... more) {
        List<String> arguments = new ArrayList<>(List.of("archive", "restore", "--json", "--stream", stream));
        arguments.addAll(List.of("--topic", topic, "--connector", settings.toString()));
        arguments.addAll(List.of(more));
        return run(arguments.toArray(String[]::new));
    }

    private JsonNode restored(String stream, String topic, String... more) throws IOException {
        CommandRun run = restore(stream, topic, more);
        assertThat(run.exitCode()).as(run.err()).isZero();
        return mapper.readTree(run.out());
    }

    /** A record without its place, and without what the restored one has besides. */
    private static List<Object> content(ConsumerRecord<byte[], byte[]> record) {
        Map<String, String> headers = new HashMap<>();
        for (Header header : record.headers()) {
            headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8));
        }
        headers.remove(LogHeaders.RESTORED);
        return List.of(
                new String(record.key(), StandardCharsets.UTF_8),
                record.timestamp(),
                headers,
                HexFormat.of().formatHex(record.value()));
    }

    private List<List<Object>> log(String topic, String stream) {
        return bed.records(topic).stream()
                .filter(record -> new String(record.key(), StandardCharsets.UTF_8).equals(stream))
                .map(CopiedLogIT::content)
                .toList();
    }

    @ParameterizedTest
    @CsvSource({"sound,mp4", "sound,webm", "sound,mkv", "dark,mp4", "dark,webm", "dark,mkv"})
    void aStreamWithoutPicturesIsExported(String stream, String container) throws IOException {
        Path file = folder.resolve(stream + "." + container);

        CommandRun run = run("export", "--stream", stream, "--output", file.toString(), "--json");

        assertThat(run.exitCode()).as(run.err()).isZero();
        JsonNode tracks = mapper.readTree(run.out()).path("tracks");
        assertThat(tracks).hasSize(1);
        assertThat(tracks.get(0).path("frames").asInt()).isEqualTo(SoundStreams.PACKETS);
        assertThat(run.err().contains("the file holds sound only")).isEqualTo(stream.equals(DARK));
    }

    /** Kafka deletes from the front; without the list of the tracks nothing can be put together, and the export told no more. */
    @Test
    void anExportWithoutTheListOfTracksSaysSo() throws Exception {
        create("beheaded", Map.of("retention.ms", "-1"));
        bed.send(SoundStreams.records(
                "beheaded",
                0,
                SoundStreams.batches(SOUND, 1, 1_000_000_000_000L, false).subList(1, 20)));

        CommandRun run = run(
                "export",
                "--stream",
                SOUND,
                "--topic",
                "beheaded",
                "--output",
                folder.resolve("no.mkv").toString());

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err())
                .contains("the tracks of stream 'sound' are told nowhere")
                .hasLineCount(1);
    }

    @ParameterizedTest
    @CsvSource({"sound,pcap", "sound,rtpdump", "dark,pcap", "dark,rtpdump"})
    void aStreamWithoutPicturesIsCaptured(String stream, String format) throws IOException {
        Path file = folder.resolve(stream + "." + format);

        JsonNode report = mapper.readTree(lines("export", "--stream", stream, "--output", file.toString(), "--json")
                .get(0));

        int packets = 0;
        for (JsonNode track : report.path("tracks")) {
            packets += track.path("packets").asInt();
        }
        assertThat(packets).isEqualTo(SoundStreams.PACKETS * (stream.equals(DARK) ? 2 : 1));
    }

    @Test
    void theRestoredLogIsTheOneThatWasCopied() throws Exception {
        String topic = "again";
        for (String stream : List.of(SOUND, DARK, CLIP)) {
            List<List<Object>> original = log(Topics.MEDIA, stream);

            JsonNode first = restored(stream, topic);
            JsonNode second = restored(stream, topic);

            assertThat(first.path("restored").asInt()).isEqualTo(original.size());
            assertThat(first.path("missing").asInt()).isZero();
            assertThat(second.path("restored").asInt()).isZero();
            assertThat(second.path("present").asInt()).isEqualTo(original.size());
            assertThat(log(topic, stream)).isEqualTo(original);
        }
        assertThat(bed.records(topic))
                .allSatisfy(record -> assertThat(new String(
                                record.headers().lastHeader(LogHeaders.RESTORED).value(), StandardCharsets.UTF_8))
                        .startsWith("log/" + new String(record.key(), StandardCharsets.UTF_8) + "/")
                        .endsWith(".avro"));
        for (String[] file : new String[][] {{SOUND, "webm"}, {DARK, "mkv"}, {CLIP, "mp4"}}) {
            assertThat(exported(file[0], topic, "after." + file[1]))
                    .isEqualTo(exported(file[0], Topics.MEDIA, "before." + file[1]));
            assertThat(lines("archive", "verify", "--topic", topic, "--stream", file[0], "--connector", settings + ""))
                    .last()
                    .isEqualTo("proved");
        }
        assertThat(lines("log", "--stream", CLIP, "--topic", topic, "--json"))
                .hasSameSizeAs(lines("log", "--stream", CLIP, "--json"));
    }

    private byte[] exported(String stream, String topic, String name) throws IOException {
        Path file = folder.resolve(stream + "-" + name);
        lines("export", "--stream", stream, "--topic", topic, "--output", file.toString());
        return Files.readAllBytes(file);
    }

    @Test
    void aRestoreThatWasCutShortGoesOnBehindWhatIsThere() throws Exception {
        String topic = "half";
        create(topic, Map.of());
        List<ConsumerRecord<byte[], byte[]>> original = bed.records(Topics.MEDIA).stream()
                .filter(record -> new String(record.key(), StandardCharsets.UTF_8).equals(SOUND))
                .toList();
        int half = original.size() / 2 + 3;
        bed.send(original.subList(0, half).stream()
                .map(record -> new ProducerRecord<>(
                        topic, 0, record.timestamp(), record.key(), record.value(), record.headers()))
                .toList());

        JsonNode report = restored(SOUND, topic);

        assertThat(report.path("present").asInt()).isEqualTo(half);
        assertThat(report.path("restored").asInt()).isEqualTo(original.size() - half);
        assertThat(log(topic, SOUND)).isEqualTo(log(Topics.MEDIA, SOUND));
    }

    @Test
    void oneEpochIsRestoredAndTheOneBeforeItIsRefusedThen() throws Exception {
        assertThat(restored(SOUND, "second", "--epoch", "2").path("restored").asInt())
                .isEqualTo(SoundStreams.PACKETS / 5);

        CommandRun run = restore(SOUND, "second");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err())
                .contains("holds later records of 'sound'", "--topic")
                .hasLineCount(1);
        assertThat(bed.records("second")).hasSize(SoundStreams.PACKETS / 5);
    }

    @Test
    void whatCannotBeRestoredIsToldInOneLine() throws Exception {
        create("compacted", Map.of("cleanup.policy", "compact"));
        create("short", Map.of("retention.ms", "1000"));
        Path spoilt = folder.resolve("spoilt");
        try (Stream<Path> files = Files.walk(folder.resolve("copies"))) {
            for (Path file : files.toList()) {
                Path copy = spoilt.resolve(folder.resolve("copies").relativize(file));
                Files.copy(file, copy);
                if (copy.toString().endsWith("sound/2/000000000000000.avro")) {
                    byte[] content = Files.readAllBytes(copy);
                    content[content.length / 2] ^= 1;
                    Files.write(copy, content);
                }
            }
        }

        List<CommandRun> runs = List.of(
                restore("nobody", "other"),
                restore(SOUND, "compacted"),
                restore(SOUND, "short"),
                run("archive", "restore", "--stream", SOUND, "--archive", spoilt.toString(), "--topic", "other"),
                restore(SOUND, "spoilt", "--archive", spoilt.toString()));

        assertThat(runs).extracting(CommandRun::exitCode).containsOnly(1);
        assertThat(runs)
                .extracting(CommandRun::err)
                .allSatisfy(error -> assertThat(error).hasLineCount(1));
        assertThat(runs.get(0).err()).contains("holds nothing of stream 'nobody'");
        assertThat(runs.get(1).err()).contains("compacted");
        assertThat(runs.get(2).err()).contains("retention.ms", "would delete it again");
        assertThat(runs.get(3).err()).contains("holds nothing of stream 'sound'");
        assertThat(runs.get(4).err()).contains("SHA-256 differs");
    }

    private void create(String topic, Map<String, String> settings) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bed.bootstrap()))) {
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1).configs(settings)))
                    .all()
                    .get();
        }
    }
}
