package dev.weir.connector.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.connector.assemble.AssembleConfig;
import dev.weir.connector.media.MixedLog;
import dev.weir.connector.mux.Packaging;
import dev.weir.connector.store.FileObjectStore;
import dev.weir.connector.store.Sha256;
import dev.weir.schemas.ArchiveObject;
import dev.weir.schemas.MalformedRecordException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
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
    private static final LogPartition PARTITION = new LogPartition("weir.media.v1", 2);
    private static final long FIRST_OFFSET = 1000;
    private static final ArchiveSettings SETTINGS = new ArchiveSettings(
            "live/",
            Duration.ofSeconds(3),
            10_000_000,
            100_000_000,
            Duration.ofMinutes(1),
            AssembleConfig.ARCHIVE,
            Packaging.AUTO);

    @TempDir
    static Path folder;

    private final Map<String, ArchiveObject> told = new ConcurrentHashMap<>();
    private List<byte[]> log = List.of();
    private SortedMap<String, String> undisturbed = new TreeMap<>();

    @BeforeAll
    void undisturbedRun() throws IOException {
        log = MixedLog.in(folder, 14).records();
        Path target = Files.createDirectories(folder.resolve("undisturbed"));
        try (ArchiveWriter writer =
                new ArchiveWriter(new FileObjectStore(target).open(), SETTINGS, UploadThread.daemon())) {
            writer.open(PARTITION);
            feed(writer, 0, log.size());
            awaitWritten(writer);
            assertThat(writer.committable()).containsEntry(PARTITION, FIRST_OFFSET + log.size());
        }
        undisturbed = digests(target);
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

        told.clear();
        int kills = runWithKills(target, seed, false);

        assertThat(kills).as("seed " + seed).isGreaterThan(2);
        assertThat(digests(target)).as("seed " + seed).isEqualTo(undisturbed);
        requireTold(target);
    }

    /** Every object, with its own facts; those of an object that is told again are the same. */
    private void requireTold(Path target) throws IOException {
        assertThat(told.keySet())
                .containsExactlyInAnyOrderElementsOf(undisturbed.keySet().stream()
                        .filter(key -> key.matches(".*\\.(mp4|webm|mkv)"))
                        .toList());
        for (ArchiveObject object : told.values()) {
            byte[] content = Files.readAllBytes(target.resolve(object.objectKey()));
            assertThat(object.sha256()).isEqualTo(Sha256.of(ByteBuffer.wrap(content)));
            assertThat(object.sizeBytes()).isEqualTo(content.length);
            assertThat(target.resolve(object.manifestKey())).exists();
            assertThat(object.archivedOffset()).isBetween(object.firstOffset(), FIRST_OFFSET + log.size());
            assertThat(object.archivedArrivalMicros()).isPresent();
        }
        assertThat(told.values().stream().filter(ArchiveObject::last)).hasSize(5);
        assertThat(told.values().stream()
                        .filter(object -> object.streamId().equals("main"))
                        .sorted(Comparator.comparing(ArchiveObject::objectKey))
                        .map(ArchiveObject::archivedOffset))
                .isSorted()
                .doesNotHaveDuplicates();
    }

    /** What a process that is dead would tell is told by the next one. */
    private CommittedObjects teller(FailingStore store) {
        return object -> {
            if (!store.isDead()) {
                ArchiveObject before = told.putIfAbsent(object.objectKey(), object);
                assertThat(before).isIn(null, object);
            }
        };
    }

    @Test
    void committingTheNextOffsetInsteadWouldLoseMedia() throws IOException {
        Path target = Files.createDirectories(folder.resolve("naive"));

        runWithKills(target, 1, true);

        assertThat(digests(target)).isNotEqualTo(undisturbed);
    }

    @Test
    void readingEverythingAgainChangesNothing() throws IOException {
        Path target = Files.createDirectories(folder.resolve("again"));
        for (int run = 0; run < 2; run++) {
            try (ArchiveWriter writer =
                    new ArchiveWriter(new FileObjectStore(target).open(), SETTINGS, UploadThread.daemon())) {
                writer.open(PARTITION);
                feed(writer, 0, log.size());
                awaitWritten(writer);
                assertThat(writer.committable()).containsEntry(PARTITION, FIRST_OFFSET + log.size());
            }
        }
        assertThat(digests(target)).isEqualTo(undisturbed);
    }

    /** Returns how often the archive was killed. */
    private int runWithKills(Path target, long seed, boolean naive) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        FailingStore store = new FailingStore(new FileObjectStore(target).open());
        int committed = 0;
        int kills = 0;
        while (true) {
            store.revive();
            boolean last = kills >= 12;
            if (!last) {
                store.dieAfter(1 + random.nextInt(12), random.nextBoolean());
            }
            try (ArchiveWriter writer = new ArchiveWriter(store, SETTINGS, UploadThread.daemon(), teller(store))) {
                writer.open(PARTITION);
                int at = committed;
                while (at < log.size() && !store.isDead()) {
                    int until = Math.min(log.size(), at + 1 + random.nextInt(log.size() / 8));
                    feed(writer, at, until);
                    at = until;
                    if (random.nextInt(3) > 0) {
                        awaitWrittenOrDead(writer, store);
                    }
                    long next = FIRST_OFFSET + at;
                    long offset = naive ? next : writer.committable().getOrDefault(PARTITION, next);
                    committed = (int) (offset - FIRST_OFFSET);
                    if (!last && random.nextInt(6) == 0) {
                        break;
                    }
                }
                if (at == log.size() && !store.isDead()) {
                    awaitWrittenOrDead(writer, store);
                    if (!store.isDead()) {
                        return kills;
                    }
                }
            }
            kills++;
        }
    }

    private void feed(ArchiveWriter writer, int from, int until) throws IOException {
        try {
            for (int i = from; i < until; i++) {
                writer.add(PARTITION, FIRST_OFFSET + i, log.get(i));
            }
        } catch (MalformedRecordException e) {
            throw new AssertionError(e);
        }
    }

    private static void awaitWritten(ArchiveWriter writer) {
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(2))
                .until(() -> writer.pendingBytes() == 0);
    }

    private static void awaitWrittenOrDead(ArchiveWriter writer, FailingStore store) {
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(2))
                .until(() -> writer.pendingBytes() == 0 || store.isDead());
    }

    private static SortedMap<String, String> digests(Path target) throws IOException {
        FileObjectStore store = new FileObjectStore(target);
        SortedMap<String, String> digests = new TreeMap<>();
        try (Stream<Path> files = Files.walk(target)) {
            files.filter(Files::isRegularFile).forEach(file -> {
                String key = target.relativize(file).toString();
                if (!key.startsWith(".")) {
                    digests.put(key, sha256(store, key));
                }
            });
        }
        return digests;
    }

    private static String sha256(FileObjectStore store, String key) {
        try {
            return store.stat(key).orElseThrow().sha256();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
