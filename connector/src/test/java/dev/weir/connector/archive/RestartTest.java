package dev.weir.connector.archive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.connector.media.MixedLog;
import dev.weir.connector.mux.AvroContainer;
import dev.weir.connector.mux.HlsPlaylist;
import dev.weir.connector.mux.MalformedMediaException;
import dev.weir.connector.mux.Packaging;
import dev.weir.connector.store.FileObjectStore;
import dev.weir.connector.store.Sha256;
import dev.weir.schemas.ArchiveObject;
import dev.weir.schemas.RelayBatch;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Kills the archive at random points, in the middle of writing too, and starts it again from what was committed. The
 * folder must end up the same, byte for byte, as that of a run that nothing disturbed.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(300)
class RestartTest {
    private static final ArchiveSettings SETTINGS = ArchiveSettings.builder()
            .prefix("live/")
            .segmentDuration(Duration.ofSeconds(3))
            .segmentBytes(10_000_000)
            .bufferBytes(100_000_000)
            .silence(Duration.ofMinutes(1))
            .build();

    @TempDir
    static Path folder;

    private List<RelayBatch> batches = List.of();
    private List<byte[]> log = List.of();
    private SortedMap<String, String> undisturbed = new TreeMap<>();

    @BeforeAll
    void undisturbedRun() throws IOException {
        MixedLog mixed = MixedLog.in(folder, 14);
        batches = mixed.batches();
        log = mixed.records();
        Path target = Files.createDirectories(folder.resolve("undisturbed"));
        new ArchiveRuns(log, SETTINGS).undisturbed(target);
        undisturbed = ArchiveRuns.digests(target);
    }

    @Test
    void everyStreamAndEpochIsThere() {
        assertThat(undisturbed.keySet().stream()
                        .map(key -> key.substring(0, key.lastIndexOf('/')))
                        .distinct())
                .containsExactly("live/audio/3", "live/lossy/5", "live/main/7", "live/vp8/1", "live/vp8/2");
        assertThat(undisturbed.keySet())
                .filteredOn(key -> key.startsWith("live/main/7/") && key.endsWith(".mp4"))
                .hasSizeGreaterThanOrEqualTo(4)
                .contains("live/main/7/000000000000000.mp4");
        assertThat(undisturbed.keySet()).contains("live/main/7/index.m3u8", "live/audio/3/index.m3u8");
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void killsAndRestartsLeaveTheSameObjects(long seed) throws IOException {
        Path target = Files.createDirectories(folder.resolve("seed-" + seed));
        ArchiveRuns runs = new ArchiveRuns(log, SETTINGS);

        int kills = runs.withKills(target, seed, false);

        assertThat(kills).as("seed " + seed).isGreaterThan(2);
        assertThat(ArchiveRuns.digests(target)).as("seed " + seed).isEqualTo(undisturbed);
        requireTold(runs.told(), undisturbed, target);
    }

    /** Every object, with its own facts; those of an object that is told again are the same. */
    private void requireTold(Map<String, ArchiveObject> told, SortedMap<String, String> expected, Path target)
            throws IOException {
        assertThat(told.keySet())
                .containsExactlyInAnyOrderElementsOf(expected.keySet().stream()
                        .filter(key -> key.matches(".*\\.(mp4|webm|mkv|avro)"))
                        .toList());
        for (ArchiveObject object : told.values()) {
            byte[] content = Files.readAllBytes(target.resolve(object.objectKey()));
            assertThat(object.sha256()).isEqualTo(Sha256.of(ByteBuffer.wrap(content)));
            assertThat(object.sizeBytes()).isEqualTo(content.length);
            assertThat(target.resolve(object.manifestKey())).exists();
            assertThat(object.archivedOffset()).isBetween(object.firstOffset(), ArchiveRuns.FIRST_OFFSET + log.size());
            assertThat(object.archivedArrivalMicros()).isPresent();
        }
        assertThat(told.values().stream().filter(ArchiveObject::last)).hasSize(5);
        assertThat(told.values().stream()
                        .filter(object -> object.streamId().equals("main"))
                        .sorted(Comparator.comparing(ArchiveObject::firstPtsMicros))
                        .map(ArchiveObject::archivedOffset))
                .isSorted()
                .doesNotHaveDuplicates();
    }

    @Test
    void committingTheNextOffsetInsteadWouldLoseMedia() throws IOException {
        Path target = Files.createDirectories(folder.resolve("naive"));

        new ArchiveRuns(log, SETTINGS).withKills(target, 1, true);

        assertThat(ArchiveRuns.digests(target)).isNotEqualTo(undisturbed);
    }

    @Test
    void readingEverythingAgainChangesNothing() throws IOException {
        Path target = Files.createDirectories(folder.resolve("again"));
        ArchiveRuns runs = new ArchiveRuns(log, SETTINGS);

        runs.undisturbed(target);
        runs.undisturbed(target);

        assertThat(ArchiveRuns.digests(target)).isEqualTo(undisturbed);
    }

    @Test
    void objectsUnderOtherKeysSurviveKillsToo() throws IOException {
        // given: a day before the epoch's folder, and the offset in the name
        ArchiveSettings settings = SETTINGS.toBuilder()
                .keys(KeyTemplate.of("year={year}/{date}/{hour}h/{stream}-{epoch}/{offset}_{time}"))
                .build();
        ArchiveRuns runs = new ArchiveRuns(log, settings);
        Path expected = Files.createDirectories(folder.resolve("expected-keys"));
        runs.undisturbed(expected);
        SortedMap<String, String> wanted = ArchiveRuns.digests(expected);

        for (long seed = 1; seed <= 3; seed++) {
            // when
            Path target = Files.createDirectories(folder.resolve("keys-" + seed));
            runs.withKills(target, seed, false);

            // then
            assertThat(ArchiveRuns.digests(target)).as("seed " + seed).isEqualTo(wanted);
            requireTold(runs.told(), wanted, target);
        }
        assertThat(wanted.keySet())
                .anyMatch(key ->
                        key.matches("live/year=20\\d\\d/20\\d\\d-\\d\\d-\\d\\d/\\d\\dh/main-7/\\d{20}_0{15}\\.mp4"))
                .noneMatch(key -> key.matches("live/main/7/.*\\.mp4"))
                .contains("live/main/7/index.m3u8", "live/main/7/000000000000000.json");
        assertThat(wanted).hasSameSizeAs(undisturbed);
        requirePlaylistReaches(expected, "live/main/7/index.m3u8");
        requireProved(expected, settings, "main");
    }

    @Test
    void thumbnailsSurviveKillsToo() throws IOException {
        ArchiveSettings settings = SETTINGS.toBuilder()
                .thumbnails(Optional.of(new ThumbnailSettings(Duration.ofSeconds(10), 160, "ffmpeg")))
                .build();
        ArchiveRuns runs = new ArchiveRuns(log, settings);
        Path expected = Files.createDirectories(folder.resolve("expected-thumbnails"));
        runs.undisturbed(expected);
        SortedMap<String, String> wanted = ArchiveRuns.digests(expected);
        Path target = Files.createDirectories(folder.resolve("thumbnails"));

        runs.withKills(target, 1, false);

        assertThat(ArchiveRuns.digests(target)).isEqualTo(wanted);
        assertThat(wanted.keySet()).filteredOn(key -> key.endsWith(".jpg")).hasSizeGreaterThan(5);
        assertThat(wanted.keySet())
                .filteredOn(key -> !key.endsWith(".jpg"))
                .containsExactlyElementsOf(undisturbed.keySet());
    }

    @Test
    void copiesOfTheLogSurviveKillsToo() throws IOException {
        // given
        ArchiveSettings settings = ArchiveSettings.builder()
                .prefix("raw/")
                .segmentDuration(Duration.ofSeconds(3))
                .segmentBytes(10_000_000)
                .bufferBytes(100_000_000)
                .silence(Duration.ofMinutes(1))
                .packaging(Packaging.AVRO)
                .build();
        ArchiveRuns runs = new ArchiveRuns(log, settings);
        Path expected = Files.createDirectories(folder.resolve("expected-copies"));
        runs.undisturbed(expected);
        SortedMap<String, String> wanted = ArchiveRuns.digests(expected);

        for (long seed = 1; seed <= 3; seed++) {
            // when
            Path target = Files.createDirectories(folder.resolve("copies-" + seed));
            runs.withKills(target, seed, false);

            // then
            assertThat(ArchiveRuns.digests(target)).as("seed " + seed).isEqualTo(wanted);
            requireTold(runs.told(), wanted, target);
        }
        for (String epoch : List.of("audio/3", "lossy/5", "main/7", "vp8/1", "vp8/2")) {
            requireRecords(expected, wanted, epoch);
        }
        requireProved(expected, settings, "main");
        assertThat(wanted.keySet()).noneMatch(key -> key.endsWith(".m3u8"));
    }

    /** The values of the log's records, as our reader has them; and as any reader of Avro has them. */
    private void requireRecords(Path root, SortedMap<String, String> keys, String epoch) throws IOException {
        List<byte[]> copied = new ArrayList<>();
        List<Long> numbers = new ArrayList<>();
        for (String key : keys.keySet()) {
            if (key.startsWith("raw/" + epoch + "/") && key.endsWith(".avro")) {
                copied.addAll(recordsIn(root.resolve(key)));
                try (var file =
                        new DataFileReader<>(root.resolve(key).toFile(), new GenericDatumReader<GenericRecord>())) {
                    file.forEach(record -> numbers.add((Long) record.get("batchNumber")));
                }
            }
        }
        List<byte[]> logged = new ArrayList<>();
        List<Long> loggedNumbers = new ArrayList<>();
        for (int i = 0; i < batches.size(); i++) {
            RelayBatch batch = batches.get(i);
            if ((batch.streamId() + "/" + batch.epoch()).equals(epoch)) {
                logged.add(log.get(i));
                loggedNumbers.add(batch.batchNumber());
            }
        }
        assertThat(copied).usingElementComparator(Arrays::compare).containsExactlyElementsOf(logged);
        assertThat(numbers).isEqualTo(loggedNumbers);
    }

    private static List<byte[]> recordsIn(Path file) throws IOException {
        try {
            return AvroContainer.read(ByteBuffer.wrap(Files.readAllBytes(file))).data().stream()
                    .map(LogCopyFile::value)
                    .toList();
        } catch (MalformedMediaException e) {
            throw new IOException(e);
        }
    }

    @Test
    void aCopyWithAnotherByteOrWithoutAFileIsNotProved() throws IOException {
        // given
        ArchiveSettings settings = ArchiveSettings.builder()
                .segmentDuration(Duration.ofSeconds(3))
                .segmentBytes(10_000_000)
                .bufferBytes(100_000_000)
                .silence(Duration.ofMinutes(1))
                .packaging(Packaging.AVRO)
                .build();
        Path root = Files.createDirectories(folder.resolve("broken-copy"));
        new ArchiveRuns(log, settings).undisturbed(root);
        List<Path> files;
        try (var list = Files.list(root.resolve("main/7"))) {
            files = list.filter(file -> file.toString().endsWith(".avro"))
                    .sorted()
                    .toList();
        }

        // when: the payload of the last record of the first file
        byte[] content = Files.readAllBytes(files.get(0));
        content[content.length - AvroContainer.SYNC_BYTES - 10] ^= 1;
        Files.write(files.get(0), content);
        int inLast = recordsIn(files.get(files.size() - 1)).size();
        Files.delete(files.get(files.size() - 1));

        // then
        EpochVerdict verdict = verify(root, settings, "main").get(0);
        assertThat(verdict.isProved()).isFalse();
        assertThat(verdict.corrupt())
                .as("a checksum, and a file that is missing")
                .isEqualTo(2);
        assertThat(verdict.damaged()).isEqualTo(1);
        assertThat(verdict.lost()).isEqualTo(inLast);
        assertThat(verdict.archived()).isEqualTo(verdict.acked() - 1 - inLast);
    }

    private static void requirePlaylistReaches(Path root, String key) throws IOException {
        HlsPlaylist playlist = HlsPlaylist.parse(Files.readString(root.resolve(key)));
        assertThat(playlist.objectUris()).hasSizeGreaterThan(3);
        for (String uri : playlist.objectUris()) {
            assertThat(Path.of(root.resolve(key).toUri().resolve(URI.create(uri))))
                    .exists();
        }
    }

    private void requireProved(Path root, ArchiveSettings settings, String stream) throws IOException {
        assertThat(verify(root, settings, stream))
                .hasSize(1)
                .allMatch(EpochVerdict::isProved)
                .allMatch(verdict -> verdict.objects() > 3 && verdict.archived() > 100);
    }

    private List<EpochVerdict> verify(Path root, ArchiveSettings settings, String stream) throws IOException {
        ArchiveVerifier verifier = new ArchiveVerifier(new FileObjectStore(root), settings, stream);
        for (int i = 0; i < batches.size(); i++) {
            verifier.add(batches.get(i), ArchiveRuns.FIRST_OFFSET + i);
        }
        return verifier.verify(false);
    }
}
