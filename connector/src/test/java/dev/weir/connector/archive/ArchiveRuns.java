package dev.weir.connector.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.connector.store.FileObjectStore;
import dev.weir.schemas.ArchiveObject;
import dev.weir.schemas.MalformedRecordException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Archives one partition's log into folders: undisturbed, or killed again and again. */
final class ArchiveRuns {
    static final long FIRST_OFFSET = 1000;
    private static final LogPartition PARTITION = new LogPartition("weir.media.v1", 2);

    private final List<byte[]> log;
    private final ArchiveSettings settings;
    private final Map<String, ArchiveObject> told = new ConcurrentHashMap<>();

    ArchiveRuns(List<byte[]> log, ArchiveSettings settings) {
        this.log = log;
        this.settings = settings;
    }

    /** Archives the log, and again into what is there already when called twice. */
    void undisturbed(Path target) throws IOException {
        try (ArchiveWriter writer =
                new ArchiveWriter(new FileObjectStore(target).open(), settings, UploadThread.daemon())) {
            writer.open(PARTITION);
            feed(writer, 0, log.size());
            await().atMost(Duration.ofSeconds(30))
                    .pollInterval(Duration.ofMillis(2))
                    .until(() -> writer.pendingBytes() == 0);
            assertThat(writer.committable()).containsEntry(PARTITION, FIRST_OFFSET + log.size());
        }
    }

    /**
     * Archives the log with kills and restarts.
     *
     * @param naive whether offsets of what was read are committed rather than of what is durable
     * @return how often it was killed
     */
    int withKills(Path target, long seed, boolean naive) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        FailingStore store = new FailingStore(new FileObjectStore(target).open());
        told.clear();
        int committed = 0;
        int kills = 0;
        while (true) {
            store.revive();
            boolean last = kills >= 12;
            if (!last) {
                store.dieAfter(1 + random.nextInt(12), random.nextBoolean());
            }
            try (ArchiveWriter writer = new ArchiveWriter(store, settings, UploadThread.daemon(), teller(store))) {
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

    /** Returns what the last run with kills told, by object key. */
    Map<String, ArchiveObject> told() {
        return told;
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

    private void feed(ArchiveWriter writer, int from, int until) throws IOException {
        try {
            for (int i = from; i < until; i++) {
                writer.add(PARTITION, FIRST_OFFSET + i, log.get(i));
            }
        } catch (MalformedRecordException e) {
            throw new AssertionError(e);
        }
    }

    private static void awaitWrittenOrDead(ArchiveWriter writer, FailingStore store) {
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(2))
                .until(() -> writer.pendingBytes() == 0 || store.isDead());
    }

    /** Returns the SHA-256 of every object in a folder. */
    static SortedMap<String, String> digests(Path target) throws IOException {
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
