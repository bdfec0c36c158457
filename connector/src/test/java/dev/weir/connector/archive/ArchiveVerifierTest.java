package dev.weir.connector.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.connector.assemble.Frame;
import dev.weir.connector.media.Assembled;
import dev.weir.connector.media.EncodedStream;
import dev.weir.connector.media.LogOf;
import dev.weir.connector.media.LogOf.Timing;
import dev.weir.connector.mux.ContainerWriter;
import dev.weir.connector.store.FileObjectStore;
import dev.weir.connector.store.ObjectStore;
import dev.weir.connector.store.S3ObjectStore;
import dev.weir.connector.store.Sha256;
import dev.weir.connector.store.SmallS3;
import dev.weir.schemas.EndOfStream;
import dev.weir.schemas.RelayBatch;
import dev.weir.schemas.RelayBatchCodec;
import dev.weir.webrtc.codec.Codec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An intact archive is proved; one that is damaged in any way is not, and the verdict says how. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class ArchiveVerifierTest {
    private static final LogPartition PARTITION = new LogPartition("weir.media.v1", 0);

    @TempDir
    static Path folder;

    private List<RelayBatch> log = List.of();
    private int sentFrames;
    private int run;

    @BeforeAll
    void record() {
        EncodedStream pictures = EncodedStream.video(folder, Codec.H264, EncodedStream.picture(160, 120), 8, 25);
        EncodedStream sound = EncodedStream.audio(folder, Codec.OPUS, "sine=frequency=440", 8);
        sentFrames = pictures.units().size() + sound.units().size();
        log = new LogOf()
                .track(pictures, Timing.DIRECT)
                .track(sound, Timing.DIRECT)
                .batches();
    }

    private static ArchiveSettings settings(Duration segment) {
        return ArchiveSettings.builder()
                .prefix("live/")
                .segmentDuration(segment)
                .segmentBytes(10_000_000)
                .bufferBytes(100_000_000)
                .silence(Duration.ofMinutes(1))
                .build();
    }

    private static void archive(ObjectStore store, List<RelayBatch> batches, Duration segment) throws Exception {
        try (ArchiveWriter writer = new ArchiveWriter(store, settings(segment), UploadThread.daemon())) {
            writer.open(PARTITION);
            RelayBatchCodec codec = new RelayBatchCodec();
            for (int i = 0; i < batches.size(); i++) {
                writer.add(PARTITION, i, codec.encode(batches.get(i)));
            }
            await().atMost(Duration.ofSeconds(30)).until(() -> writer.pendingBytes() == 0);
        }
    }

    private Path archived(Duration segment) throws Exception {
        Path target = Files.createDirectories(folder.resolve("run-" + run++));
        archive(new FileObjectStore(target).open(), log, segment);
        return target.resolve("live").resolve(LogOf.STREAM).resolve(Long.toString(LogOf.EPOCH));
    }

    private EpochVerdict verify(ObjectStore store, List<RelayBatch> batches, boolean patient) throws IOException {
        ArchiveVerifier verifier = new ArchiveVerifier(store, settings(Duration.ofSeconds(60)), LogOf.STREAM);
        for (int i = 0; i < batches.size(); i++) {
            verifier.add(batches.get(i), i);
        }
        List<EpochVerdict> verdicts = verifier.verify(patient);
        assertThat(verdicts).hasSize(1);
        return verdicts.get(0);
    }

    private EpochVerdict verify(Path epochFolder) throws IOException {
        Path root = epochFolder.resolve("../../..").normalize();
        return verify(new FileObjectStore(root).open(), log, false);
    }

    @Test
    void anIntactArchiveIsProved() throws Exception {
        EpochVerdict verdict = verify(archived(Duration.ofSeconds(3)));

        assertThat(verdict.isProved()).isTrue();
        assertThat(verdict.problems()).isEmpty();
        assertThat(verdict.complete()).isTrue();
        assertThat(verdict.acked()).isEqualTo(sentFrames);
        assertThat(verdict.archived()).isEqualTo(verdict.acked());
        assertThat(verdict.pending()).isZero();
        assertThat(verdict.objects()).isGreaterThanOrEqualTo(2);
    }

    @Test
    void aByteOfMediaThatChangedIsFound() throws Exception {
        Path epoch = archived(Duration.ofSeconds(3));
        Path object = epoch.resolve("000000000000000.mp4");
        byte[] content = Files.readAllBytes(object);
        content[content.length - 1] ^= 1;
        Files.write(object, content);

        EpochVerdict verdict = verify(epoch);

        assertThat(verdict.isProved()).isFalse();
        assertThat(verdict.corrupt()).isEqualTo(1);
        assertThat(verdict.damaged()).isEqualTo(1);
        assertThat(verdict.archived()).isEqualTo(sentFrames - 1);
        assertThat(verdict.lost()).isZero();
        assertThat(verdict.duplicated()).isZero();
    }

    @Test
    void aFileCutShortIsFound() throws Exception {
        Path epoch = archived(Duration.ofSeconds(3));
        Path object = epoch.resolve("000000000000000.mp4");
        byte[] content = Files.readAllBytes(object);
        Files.write(object, java.util.Arrays.copyOf(content, content.length / 2));

        EpochVerdict verdict = verify(epoch);

        assertThat(verdict.isProved()).isFalse();
        assertThat(verdict.corrupt()).isPositive();
        assertThat(verdict.archived()).isLessThan(sentFrames);
    }

    @Test
    void anObjectThatIsGoneWithItsManifestIsLost() throws Exception {
        Path epoch = archived(Duration.ofSeconds(3));
        Files.delete(epoch.resolve("000000000000000.mp4"));
        ObjectNode manifest = (ObjectNode) new ObjectMapper()
                .readTree(epoch.resolve("000000000000000.json").toFile());
        long frames = manifest.at("/tracks/0/frames").asLong()
                + manifest.at("/tracks/1/frames").asLong();
        Files.delete(epoch.resolve("000000000000000.json"));

        EpochVerdict verdict = verify(epoch);

        assertThat(verdict.isProved()).isFalse();
        assertThat(verdict.lost()).isEqualTo(frames);
        assertThat(verdict.duplicated()).isZero();
    }

    @Test
    void anObjectThatIsGoneIsFoundThoughItsManifestIsThere() throws Exception {
        Path epoch = archived(Duration.ofSeconds(3));
        Files.delete(epoch.resolve("000000000000000.mp4"));

        EpochVerdict verdict = verify(epoch);

        assertThat(verdict.isProved()).isFalse();
        assertThat(verdict.corrupt()).isEqualTo(1);
        assertThat(verdict.lost()).isPositive();
    }

    @Test
    void theLastObjectIsPendingForThePatientAndLostForOthers() throws Exception {
        Path epoch = archived(Duration.ofSeconds(3));
        try (var files = Files.list(epoch)) {
            Path last = files.filter(file -> file.toString().endsWith(".mp4"))
                    .max(java.util.Comparator.naturalOrder())
                    .orElseThrow();
            Files.delete(last);
            Files.delete(Path.of(last.toString().replace(".mp4", ".json")));
        }
        Path root = epoch.resolve("../../..").normalize();

        EpochVerdict patient = verify(new FileObjectStore(root).open(), log, true);
        EpochVerdict verdict = verify(epoch);

        assertThat(patient.isBehind()).isTrue();
        assertThat(patient.pending()).isPositive();
        assertThat(patient.lost()).isZero();
        assertThat(verdict.lost()).isEqualTo(patient.pending());
        assertThat(verdict.isProved()).isFalse();
    }

    @Test
    void aFrameThatIsThereTwiceIsFoundThoughTheManifestFits() throws Exception {
        Path epoch = archived(Duration.ofSeconds(60));
        Assembled assembled = Assembled.of(log);
        ContainerWriter writer = ContainerWriter.of(assembled.formats().get(0));
        Frame doubled = assembled.frames(0).get(30);
        for (Frame frame : assembled.frames()) {
            writer.add(frame);
            if (frame.equals(doubled)) {
                writer.add(new Frame(
                        frame.trackIndex(),
                        frame.clockRateHz(),
                        frame.ptsTicks() + 1,
                        frame.durationTicks(),
                        frame.keyframe(),
                        frame.data(),
                        frame.firstOffset(),
                        frame.lastOffset()));
            }
        }
        ByteBuffer content = writer.finish();
        Files.write(epoch.resolve("000000000000000.mp4"), Assembled.bytes(content));
        Files.delete(epoch.resolve("000000000000000.keyframes.json"));
        Path manifest = epoch.resolve("000000000000000.json");
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode root = (ObjectNode) mapper.readTree(manifest.toFile());
        root.put("sizeBytes", content.remaining()).put("sha256", Sha256.of(content));
        ((ObjectNode) root.at("/tracks/0"))
                .put("frames", root.at("/tracks/0/frames").asLong() + 1);
        Files.write(manifest, mapper.writeValueAsBytes(root));

        EpochVerdict verdict = verify(epoch);

        assertThat(verdict.corrupt()).isZero();
        assertThat(verdict.duplicated()).isEqualTo(1);
        assertThat(verdict.lost()).isZero();
        assertThat(verdict.isProved()).isFalse();
    }

    @Test
    void aPlaylistThatForgotAnObjectIsFound() throws Exception {
        Path epoch = archived(Duration.ofSeconds(3));
        Path playlist = epoch.resolve("index.m3u8");
        Files.writeString(playlist, Files.readString(playlist).replace("#EXT-X-ENDLIST", ""));

        assertThat(verify(epoch).corrupt()).isEqualTo(1);
    }

    @Test
    void aKeyframeIndexThatLeadsElsewhereIsFound() throws Exception {
        Path epoch = archived(Duration.ofSeconds(3));
        Path index = epoch.resolve("000000000000000.keyframes.json");
        String json = Files.readString(index);
        String size = json.replaceFirst("(?s).*?\"size\" : (\\d+).*", "$1");

        Files.writeString(index, json.replaceFirst("\"size\" : " + size, "\"size\" : 1"));
        assertThat(verify(epoch).corrupt()).isEqualTo(1);

        Files.writeString(index, "{}");
        assertThat(verify(epoch).corrupt()).isEqualTo(1);
    }

    @Test
    void aLiveStreamIsProvedUpToItsLastObject() throws Exception {
        List<RelayBatch> live = log.stream()
                .filter(batch -> batch.entries().stream().noneMatch(EndOfStream.class::isInstance))
                .toList();
        Path target = Files.createDirectories(folder.resolve("live-run"));
        ObjectStore store = new FileObjectStore(target).open();
        archive(store, live, Duration.ofSeconds(3));

        EpochVerdict verdict = verify(store, live, false);

        assertThat(verdict.isProved()).isTrue();
        assertThat(verdict.ended()).isFalse();
        assertThat(verdict.archived()).isPositive();
        assertThat(verdict.pending()).isEqualTo(verdict.acked() - verdict.archived());
    }

    @Test
    void aRecordThatTheLogLacksIsFound() throws Exception {
        Path epoch = archived(Duration.ofSeconds(3));
        List<RelayBatch> holed = new java.util.ArrayList<>(log);
        holed.remove(log.size() / 2);
        Path root = epoch.resolve("../../..").normalize();

        EpochVerdict verdict = verify(new FileObjectStore(root).open(), holed, false);

        assertThat(verdict.missingBatches()).isEqualTo(1);
        assertThat(verdict.isProved()).isFalse();
    }

    @Test
    void anArchiveInS3IsProvedToo() throws Exception {
        try (SmallS3 s3 = new SmallS3();
                S3ObjectStore store = S3ObjectStore.of(s3.config(16_000_000))) {
            archive(store, log, Duration.ofSeconds(3));
            assertThat(verify(store, log, false).isProved()).isTrue();

            String object = store.list("live/").stream()
                    .filter(key -> key.endsWith(".mp4"))
                    .findFirst()
                    .orElseThrow();
            byte[] content = store.get(object).readAllBytes();
            content[content.length - 1] ^= 1;
            store.replace(object, store.version(object), ByteBuffer.wrap(content), "video/mp4");

            EpochVerdict verdict = verify(store, log, false);
            assertThat(verdict.isProved()).isFalse();
            assertThat(verdict.corrupt()).isEqualTo(1);
        }
    }
}
