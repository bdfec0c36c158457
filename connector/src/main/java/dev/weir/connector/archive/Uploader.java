package dev.weir.connector.archive;

import dev.weir.connector.mux.HlsPlaylist;
import dev.weir.connector.store.ObjectStore;
import dev.weir.connector.store.ObjectStore.PutResult;
import dev.weir.connector.store.StoreRefusedException;
import dev.weir.connector.store.StoredObject;
import dev.weir.schemas.ArchiveObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes closed objects durable, one after the other, on a thread of its own: the object, what is beside it, the playlist
 * with it, and last its manifest, which commits it; then it is told of, and only then the log is given up. Tries again for as long as the
 * store fails, and stops for good when only an operator can help.
 */
final class Uploader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Uploader.class);
    private static final Duration MIN_PAUSE = Duration.ofMillis(200);
    private static final Duration MAX_PAUSE = Duration.ofSeconds(30);

    /** A failing store is told of at the first attempt and then about every five minutes. */
    private static final int ATTEMPTS_PER_WARNING = 12;

    private final ObjectStore store;
    private final EpochHistory history;
    private final UploadThread uploads;
    private final CommittedObjects committed;
    private final Companions companions;
    private final Map<String, KeptPlaylist> playlists = new HashMap<>();
    private final Map<LogPartition, Ownership> owned = new ConcurrentHashMap<>();
    private final AtomicLong pendingBytes = new AtomicLong();
    private final AtomicLong heapBytes = new AtomicLong();
    private final AtomicLong objects = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong retries = new AtomicLong();
    private final AtomicLong gaps = new AtomicLong();
    private volatile boolean closing;
    private volatile Optional<ArchiveFailedException> failure = Optional.empty();

    /** The time from taking a partition over to giving it up; compared by identity. */
    private static final class Ownership {}

    /** What the thread does next. */
    private interface Step {
        void run() throws InterruptedException;
    }

    private record Upload(ClosedSegment segment, Ownership ownership) {}

    private record KeptPlaylist(HlsPlaylist playlist, String version, Ownership ownership) {}

    Uploader(
            ObjectStore store,
            ArchiveSettings settings,
            EpochHistory history,
            UploadThread uploads,
            CommittedObjects committed) {
        this.store = store;
        this.history = history;
        this.uploads = uploads;
        this.committed = committed;
        this.companions = new Companions(store, settings);
    }

    /** Takes an object of a partition that is owned; the thread that owns it. */
    void add(ClosedSegment segment) {
        Ownership ownership = owned.get(partitionOf(segment));
        if (ownership != null) {
            count(segment, 1);
            Upload upload = new Upload(segment, ownership);
            uploads.executor()
                    .execute(() -> run(() -> {
                        persist(upload);
                        count(segment, -1);
                    }));
        }
    }

    private void count(ClosedSegment segment, int sign) {
        long size = segment.content().remaining();
        pendingBytes.addAndGet(sign * size);
        heapBytes.addAndGet(segment.content().isDirect() ? 0 : sign * size);
    }

    /** Tells again of an object that a former run made durable; the thread that owns its partition. */
    void tellAgain(ArchiveObject object) {
        uploads.executor().execute(() -> run(() -> committed.tell(object)));
    }

    /** From now on objects of {@code partition} are written. */
    void own(LogPartition partition) {
        owned.put(partition, new Ownership());
    }

    /** Drops what waits for {@code partition}, which another task goes on with from the log. */
    void disown(LogPartition partition) {
        owned.remove(partition);
    }

    /** Returns the size of the objects that are not durable yet. */
    long pendingBytes() {
        return pendingBytes.get();
    }

    /** Returns the heap that they take. */
    long heapBytes() {
        return heapBytes.get();
    }

    /** Returns how many objects have become durable. */
    long objects() {
        return objects.get();
    }

    /** Returns what has been done so far, with what its feeder holds and has spilled; any thread. */
    ArchiveCounters counters(long heldBytes, long spilledBytes) {
        return new ArchiveCounters(
                objects.get(), bytes.get(), retries.get(), gaps.get(), heapBytes.get() + heldBytes, spilledBytes);
    }

    Optional<ArchiveFailedException> failure() {
        return failure;
    }

    private void run(Step step) {
        if (closing || failure.isPresent()) {
            return;
        }
        try {
            step.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            failure = Optional.of(new ArchiveFailedException("archiving failed by a fault of the program", e));
        }
    }

    private void persist(Upload upload) throws InterruptedException {
        ClosedSegment segment = upload.segment();
        Duration pause = MIN_PAUSE;
        for (int attempt = 1; !closing && isOwned(upload); attempt++) {
            try {
                persistOnce(upload);
                committed.tell(segment.manifest().announced(segment.folder()));
                segment.pin().release();
                bytes.addAndGet(segment.manifest().sizeBytes());
                gaps.addAndGet(segment.manifest().gaps().size());
                objects.incrementAndGet();
                log(segment, attempt);
                return;
            } catch (StoreRefusedException e) {
                failure = Optional.of(new ArchiveFailedException("the store refuses: " + e.getMessage(), e));
                return;
            } catch (ArchiveFailedException e) {
                failure = Optional.of(e);
                return;
            } catch (IOException e) {
                retries.incrementAndGet();
                if (attempt % ATTEMPTS_PER_WARNING == 1) {
                    LOG.warn("object={} cannot be written, attempt={}: {}", segment.objectKey(), attempt, e.toString());
                }
                long millis = pause.toMillis();
                uploads.pause()
                        .sleep(Duration.ofMillis(
                                millis / 2 + ThreadLocalRandom.current().nextLong(millis / 2 + 1)));
                pause = pause.multipliedBy(2).compareTo(MAX_PAUSE) > 0 ? MAX_PAUSE : pause.multipliedBy(2);
            }
        }
    }

    private boolean isOwned(Upload upload) {
        return owned.get(partitionOf(upload.segment())) == upload.ownership();
    }

    private void persistOnce(Upload upload) throws IOException, ArchiveFailedException, InterruptedException {
        ClosedSegment segment = upload.segment();
        Manifest manifest = segment.manifest();
        Map<String, String> facts = Map.of(
                "first-offset", Long.toString(manifest.firstOffset()),
                "last-offset", Long.toString(manifest.lastOffset()));
        PutResult result = store.putIfAbsent(segment.objectKey(), segment.content(), manifest.contentType(), facts);
        if (result == PutResult.EXISTS) {
            requireSame(segment);
        }
        companions.write(segment);
        Optional<KeptPlaylist> playlist = manifest.hls() ? writePlaylist(upload) : Optional.empty();
        ByteBuffer json = ByteBuffer.wrap(ManifestJson.write(manifest));
        store.putIfAbsent(segment.manifestKey(), json, "application/json", Map.of());
        // Only now that all is written: a failed attempt starts from the store again.
        if (playlist.isPresent() && manifest.next().isPresent()) {
            playlists.put(segment.folder(), playlist.get());
        }
    }

    /** The same bytes under the key are ours, from a run before; others mean that somebody else writes here. */
    private void requireSame(ClosedSegment segment) throws IOException, ArchiveFailedException {
        Optional<StoredObject> stored = store.stat(segment.objectKey());
        String sha256 = segment.manifest().sha256();
        if (stored.isPresent() && !stored.get().sha256().equals(sha256)) {
            throw new ArchiveFailedException("object " + segment.objectKey() + " exists with other content: sha256 "
                    + stored.get().sha256() + " instead of " + sha256
                    + "; another archive writes to the same prefix, or the object was changed");
        }
    }

    /**
     * Adds the object to the playlist, against the version that it was read in: another task may have taken over without
     * this one knowing. Returns empty when the object is committed already, and so in the playlist.
     */
    private Optional<KeptPlaylist> writePlaylist(Upload upload) throws IOException {
        ClosedSegment segment = upload.segment();
        Manifest manifest = segment.manifest();
        KeptPlaylist kept = playlists.remove(segment.folder());
        String key = segment.folder() + ArchiveKeys.PLAYLIST;
        if (kept == null || kept.ownership() != upload.ownership()) {
            String version = store.version(key);
            if (!store.version(segment.manifestKey()).equals(ObjectStore.ABSENT)) {
                return Optional.empty();
            }
            HlsPlaylist before = history.playlistBefore(segment.folder(), segment.manifestKey());
            kept = new KeptPlaylist(before, version, upload.ownership());
        }
        HlsPlaylist playlist = kept.playlist();
        manifest.addTo(playlist);
        if (manifest.next().isEmpty()) {
            playlist.end();
        }
        ByteBuffer text = ByteBuffer.wrap(playlist.text().getBytes(StandardCharsets.UTF_8));
        Optional<String> version = store.replace(key, kept.version(), text, "application/vnd.apple.mpegurl");
        if (version.isEmpty()) {
            throw new IOException(key + " has been changed by another task");
        }
        return Optional.of(new KeptPlaylist(playlist, version.get(), upload.ownership()));
    }

    private static LogPartition partitionOf(ClosedSegment segment) {
        return new LogPartition(segment.manifest().topic(), segment.manifest().partition());
    }

    private static void log(ClosedSegment segment, int attempts) {
        Manifest manifest = segment.manifest();
        LOG.info(
                "stream={} epoch={} object={} bytes={} mediaMillis={} gaps={} attempts={} last={}",
                manifest.streamId(),
                manifest.epoch(),
                manifest.object(),
                manifest.sizeBytes(),
                manifest.durationMicros() / 1000,
                manifest.gaps().size(),
                attempts,
                manifest.next().isEmpty());
    }

    /** Ends the thread; what is not durable stays in the log. Idempotent. */
    @Override
    public void close() {
        closing = true;
        uploads.executor().shutdownNow();
        try {
            if (!uploads.executor().awaitTermination(5, TimeUnit.SECONDS)) {
                LOG.warn("the store does not answer; leaving a write behind that it may still complete");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
