package dev.weir.standalone.logtools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.schemas.FrameMeta;
import dev.weir.schemas.Heartbeat;
import dev.weir.schemas.MetadataCodec;
import dev.weir.schemas.RelayBatch;
import dev.weir.schemas.RelayBatchCodec;
import dev.weir.schemas.Topics;
import dev.weir.standalone.CommandRun;
import dev.weir.standalone.demo.ClipPublisher;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The commands that read the log, and the consumers of the documentation, on a stream that was published into a real Kafka. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(240)
class LogToolsIT {
    private static final Path EXAMPLES = Path.of("..", "docs", "examples");

    @TempDir
    static Path folder;

    private final ObjectMapper mapper = new ObjectMapper();

    @SuppressWarnings("NullAway.Init") // Before all tests.
    private LogBed bed;

    private long videoFrames;
    private long audioFrames;
    private long packets;

    @BeforeAll
    void publish() throws Exception {
        bed = new LogBed(folder.resolve("data"));
        ClipPublisher sent =
                ClipSession.publish(bed.whip("clip"), bed.loop(), Duration.ofSeconds(5), new AtomicBoolean());
        videoFrames = sent.frames(ClipPublisher.VIDEO);
        audioFrames = sent.frames(ClipPublisher.AUDIO);
        packets = sent.packets(ClipPublisher.VIDEO) + sent.packets(ClipPublisher.AUDIO);
        assertThat(lines("log", "--stream", "clip", "--follow", "--json", "--limit", "1"))
                .isNotEmpty();
        awaitEnd("clip");
    }

    @AfterAll
    void stop() throws IOException {
        bed.close();
    }

    private void awaitEnd(String stream) {
        await("end of " + stream)
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(500))
                .until(() -> run("log", "--stream", stream, "--json").out().contains("\"entry\":\"end\""));
    }

    private CommandRun run(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(1, List.of("--bootstrap", bed.bootstrap()));
        return CommandRun.of(all.toArray(String[]::new));
    }

    private List<String> lines(String... arguments) {
        CommandRun run = run(arguments);
        assertThat(run.exitCode()).as(run.err()).isZero();
        return run.out().lines().toList();
    }

    @Test
    void logShowsEveryPacketAndEveryFrame() throws IOException {
        List<String> packetLines = lines("log", "--stream", "clip", "--json");
        List<JsonNode> frames = frames();

        assertThat(packetLines.stream().filter(line -> line.contains("\"entry\":\"packet\"")))
                .hasSize((int) packets);
        assertThat(frames).hasSize((int) (videoFrames + audioFrames));
        assertThat(lines("log", "--stream", "clip", "--frames"))
                .hasSameSizeAs(frames)
                .first()
                .asString()
                .contains("frame 0 at 0.000 s");
        JsonNode middle = mapper.readTree(packetLines.get(packetLines.size() / 2));
        long micros = middle.get("arrivalMicros").asLong();
        String time = Instant.ofEpochMilli(micros / 1_000).toString();
        List<String> later = lines("log", "--stream", "clip", "--json", "--from", time);
        assertThat(later.size()).isLessThan(packetLines.size()).isPositive();
        for (String line : later) {
            assertThat(mapper.readTree(line).path("arrivalMicros").asLong(micros))
                    .isGreaterThanOrEqualTo(micros - 1_000);
        }
        long offset = middle.get("offset").asLong();
        assertThat(mapper.readTree(lines("log", "--stream", "clip", "--json", "--from", "@" + offset)
                                .get(0))
                        .get("offset")
                        .asLong())
                .isEqualTo(offset);
    }

    @Test
    void logReadsTheTopicThatTheGatewayWrites() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bed.bootstrap()))) {
            admin.createTopics(List.of(new NewTopic("studio.media", 1, (short) 1)))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        }
        RelayBatch batch = new RelayBatch("lobby", 1, 0, 1_795_000_000_000_000L, List.of(new Heartbeat(1)));
        byte[] key = "lobby".getBytes(StandardCharsets.UTF_8);
        bed.send(List.of(new ProducerRecord<>("studio.media", 0, key, new RelayBatchCodec().encode(batch))));

        assertThat(lines("log", "--topic", "studio.media", "--json"))
                .singleElement()
                .asString()
                .contains("\"stream\":\"lobby\"", "\"entry\":\"heartbeat\"");
        CommandRun missing = run("log", "--topic", "studio.nothing");
        assertThat(missing.exitCode()).isEqualTo(1);
        assertThat(missing.err()).contains("studio.nothing");
    }

    /** Frames are told once Kafka has them: the last ones come a little behind the media. */
    private List<JsonNode> frames() throws IOException {
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(500))
                .until(() -> run("log", "--stream", "clip", "--frames", "--json")
                                .out()
                                .lines()
                                .count()
                        >= videoFrames + audioFrames);
        List<JsonNode> frames = new ArrayList<>();
        for (String line : lines("log", "--stream", "clip", "--frames", "--json")) {
            frames.add(mapper.readTree(line));
        }
        return frames;
    }

    @Test
    void factsAreShownByTopic() throws IOException {
        frames();

        assertThat(lines("log", "--sessions", "--stream", "clip"))
                .anySatisfy(line -> assertThat(line).contains("publisher").contains("CREATED"))
                .anySatisfy(line -> assertThat(line).contains("CLOSED"));
        assertThat(lines("log", "--streams", "--stream", "clip"))
                .last()
                .asString()
                .contains("OFFLINE")
                .contains("video=H264/" + videoFrames);
        assertThat(mapper.readTree(lines("log", "--streams", "--json", "--limit", "1")
                                .get(0))
                        .get("archivedOffset")
                        .asLong())
                .isEqualTo(-1);
        assertThat(lines("log", "--stats", "--stream", "clip")).isNotEmpty();
        assertThat(run("log", "--frames", "--stats").exitCode()).isEqualTo(2);
        assertThat(lines("log", "--objects")).isEmpty();
    }

    /** How much later the picture starts than the sound, by the publisher's clock. */
    private long soundAheadMicros() throws IOException {
        Map<String, Long> starts = new HashMap<>();
        for (JsonNode frame : frames()) {
            if (frame.hasNonNull("captureTimeMicros")) {
                starts.putIfAbsent(
                        frame.get("trackId").asText(),
                        frame.get("captureTimeMicros").asLong()
                                - frame.get("ptsMicros").asLong());
            }
        }
        return starts.getOrDefault("video", 0L) - starts.getOrDefault("audio", 0L);
    }

    private double start(Path file, String selector) throws Exception {
        return Double.parseDouble(ffprobe(
                        file,
                        "-select_streams",
                        selector,
                        "-show_entries",
                        "packet=pts_time",
                        "-read_intervals",
                        "%+#1")
                .lines()
                .findFirst()
                .orElseThrow()
                .replaceAll("[^0-9.-]", ""));
    }

    @Test
    void aWholeStreamStartsWithItsFirstSoundAndItsPictureInStep() throws Exception {
        Path film = exported("step.mp4");

        double picture = start(film, "v:0");
        double sound = start(film, "a:0");

        assertThat(Math.min(picture, sound)).isZero();
        assertThat(picture - sound).isCloseTo(soundAheadMicros() / 1e6, within(0.02));
    }

    @Test
    void exportAndReplayGiveEveryFrame() throws Exception {
        Path film = folder.resolve("clip.mp4");
        JsonNode report = mapper.readTree(lines("export", "--stream", "clip", "--output", film.toString(), "--json")
                .get(0));

        List<String> original = hashes(film, "v:0");
        List<String> sound = hashes(film, "a:0");
        assertThat(original).hasSize((int) videoFrames);
        assertThat(sound).hasSize((int) audioFrames);
        assertThat(report.at("/tracks/0/frames").asLong()
                        + report.at("/tracks/1/frames").asLong())
                .isEqualTo(original.size() + sound.size());

        CommandRun replay =
                run("replay", "--stream", "clip", "--url", bed.whip("again").toString(), "--json");
        assertThat(replay.exitCode()).as(replay.err()).isZero();
        assertThat(mapper.readTree(replay.out()).at("/tracks/0/missing").asLong())
                .isZero();
        awaitEnd("again");
        Path again = folder.resolve("again.mkv");
        lines("export", "--stream", "again", "--output", again.toString());
        assertThat(hashes(again, "v:0")).isEqualTo(original);
        assertThat(hashes(again, "a:0")).isEqualTo(sound);
        List<JsonNode> arrivals = new ArrayList<>();
        for (String line : lines("log", "--stream", "clip", "--json")) {
            JsonNode node = mapper.readTree(line);
            if (node.path("entry").asText().equals("packet")) {
                arrivals.add(node.get("arrivalMicros"));
            }
        }
        long spanMicros =
                arrivals.get(arrivals.size() - 1).asLong() - arrivals.get(0).asLong();
        assertThat(mapper.readTree(replay.out()).get("durationMillis").asLong()).isEqualTo(spanMicros / 1_000);
    }

    @Test
    void aPartStartsWithTheKeyframeBeforeIt() throws Exception {
        List<String> packetLines = lines("log", "--stream", "clip", "--json");
        JsonNode middle = mapper.readTree(packetLines.get(packetLines.size() / 2));
        String time = Instant.ofEpochMilli(middle.get("arrivalMicros").asLong() / 1_000)
                .toString();
        Path part = folder.resolve("part.mp4");

        lines("export", "--stream", "clip", "--from", time, "--output", part.toString());

        List<String> all = hashes(exported("whole.mp4"), "v:0");
        List<String> some = hashes(part, "v:0");
        assertThat(some.size()).isBetween((int) videoFrames / 3, (int) videoFrames * 4 / 5);
        assertThat(all.subList(all.size() - some.size(), all.size())).isEqualTo(some);
        assertThat(ffprobe(part, "-select_streams", "v:0", "-show_entries", "packet=flags", "-read_intervals", "%+#1"))
                .startsWith("K");
    }

    private Path exported(String name) {
        Path file = folder.resolve(name);
        lines("export", "--stream", "clip", "--output", file.toString());
        return file;
    }

    @Test
    void whatCannotBeDoneIsToldAndLeavesNoFile() throws IOException {
        Path film = exported("there.mp4");
        byte[] before = Files.readAllBytes(film);

        CommandRun exists = run("export", "--stream", "clip", "--output", film.toString());
        CommandRun misfit = run(
                "export",
                "--stream",
                "clip",
                "--output",
                folder.resolve("no.webm").toString());
        CommandRun unknown = run(
                "export",
                "--stream",
                "nobody",
                "--output",
                folder.resolve("no.mp4").toString());
        CommandRun early = run(
                "export",
                "--stream",
                "clip",
                "--to",
                "2001-01-01",
                "--output",
                folder.resolve("no.mp4").toString());
        CommandRun refused = run("replay", "--stream", "clip", "--url", "http://127.0.0.1:1/whip/x");

        assertThat(List.of(exists, misfit, unknown, early, refused))
                .allSatisfy(run -> assertThat(run.exitCode()).isEqualTo(1))
                .allSatisfy(run -> assertThat(run.err()).doesNotContain("\tat "));
        assertThat(exists.err()).contains("--force");
        assertThat(Files.readAllBytes(film)).isEqualTo(before);
        assertThat(misfit.err()).contains("H264 does not fit webm").contains("--format mp4");
        assertThat(unknown.err()).contains("no stream 'nobody'").contains("clip");
        assertThat(early.err()).contains("nothing of stream 'clip' in this range");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .noneMatch(name -> name.startsWith("no.") || name.contains(".part-"));
        }
    }

    @Test
    void pythonReadsEveryPacket() throws Exception {
        String out = process(
                "/usr/bin/python3",
                EXAMPLES.resolve("read_media.py").toString(),
                "--bootstrap",
                bed.bootstrap(),
                "--stream",
                "clip",
                "--schema",
                Path.of("..", "schemas/src/main/resources/dev/weir/schemas/relay-batch.avsc")
                        .toString(),
                "--until-end");

        assertThat(out.lines().filter(line -> line.startsWith("packet "))).hasSize((int) packets);
        assertThat(out).contains("end of clip");
    }

    @Test
    void plainJavaReadsEveryPacket() throws Exception {
        String out = process(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                Path.of("target", "weir", "lib").toAbsolutePath() + "/*",
                EXAMPLES.resolve("ReadMedia.java").toString(),
                bed.bootstrap(),
                "clip");

        assertThat(out.lines().filter(line -> line.startsWith("packet "))).hasSize((int) packets);
        assertThat(out).contains("end of clip");
    }

    @Test
    void kafkaStreamsTellsBitrateSkewAndStalls() throws Exception {
        // A partition of its own: what is live elsewhere would close its windows.
        int partition = (frames().get(0).get("payloadPartition").asInt() + 1) % 6;
        long startMicros = (System.currentTimeMillis() / 10_000 - 12) * 10_000_000;
        byte[] key = "steady".getBytes(StandardCharsets.UTF_8);
        MetadataCodec<FrameMeta> codec = MetadataCodec.frames();
        bed.send(SteadyFrames.of("steady", partition, startMicros).stream()
                .map(frame -> new ProducerRecord<>(
                        Topics.FRAMES, partition, frame.lastArrivalMicros() / 1_000, key, codec.encode(frame)))
                .toList());
        Path out = folder.resolve("streams.txt");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djava.io.tmpdir=" + folder,
                        "-Dlogback.configurationFile=dev/weir/standalone/cli-logback.xml",
                        "-cp",
                        System.getProperty("java.class.path"),
                        EXAMPLES.resolve("WatchStreams.java").toString(),
                        bed.bootstrap())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        try {
            long bits = 10 * 8 * (25 * SteadyFrames.VIDEO_BYTES + 50 * SteadyFrames.AUDIO_BYTES) / 10_000;
            String told = " " + bits + " kbit/s, video " + SteadyFrames.VIDEO_LATE_MILLIS + " ms behind audio";
            await().atMost(Duration.ofMinutes(3))
                    .untilAsserted(() -> assertThat(Files.readAllLines(out))
                            .contains("steady " + Instant.ofEpochMilli(startMicros / 1_000) + told)
                            .contains("steady " + Instant.ofEpochMilli(startMicros / 1_000 + 10_000) + told)
                            .contains("steady " + Instant.ofEpochMilli(startMicros / 1_000 + 20_000) + told)
                            .contains("steady STALLED since " + Instant.ofEpochMilli(startMicros / 1_000 + 45_000)));
            assertThat(Files.readString(out)).as("over, not stalled").doesNotContain("clip STALLED");
        } finally {
            process.destroy();
            process.waitFor(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void kcatShowsHeadersOfEveryRecord() throws Exception {
        String out = process("sh", EXAMPLES.resolve("kcat.sh").toString(), bed.bootstrap());
        long batches = lines("log", "--stream", "clip", "--json").stream()
                .map(line -> line.replaceAll(".*\"batch\":(\\d+).*", "$1"))
                .distinct()
                .count();

        assertThat(out.lines().filter(line -> line.contains("key=clip") && line.contains("weir-epoch=")))
                .hasSize((int) batches);
        assertThat(out).contains("weir-keyframe=1").contains("weir-end=1");
    }

    private String process(String... command) throws IOException, InterruptedException {
        Path out = Files.createTempFile(folder, "out", ".txt");
        Path err = Files.createTempFile(folder, "err", ".txt");
        Process process = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        try {
            assertThat(process.waitFor(90, TimeUnit.SECONDS))
                    .as("ends: " + command[0])
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.exitValue()).as(Files.readString(err)).isZero();
        return Files.readString(out, StandardCharsets.UTF_8);
    }

    /** A digest of every frame as the file holds it. */
    private List<String> hashes(Path file, String selector) throws Exception {
        return ffprobe(
                        file,
                        "-select_streams",
                        selector,
                        "-show_packets",
                        "-show_data_hash",
                        "sha256",
                        "-show_entries",
                        "packet=data_hash")
                .lines()
                .filter(line -> !line.isBlank())
                .toList();
    }

    private String ffprobe(Path file, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("ffprobe", "-v", "error", "-of", "csv=p=0"));
        command.addAll(List.of(arguments));
        command.add(file.toString());
        return process(command.toArray(String[]::new));
    }
}
