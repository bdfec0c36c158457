package dev.weir.connector.archive;

import dev.weir.connector.mux.AvroContainer;
import dev.weir.connector.mux.MalformedMediaException;
import dev.weir.connector.store.ObjectStore;
import dev.weir.connector.store.Sha256;
import dev.weir.schemas.MalformedRecordException;
import dev.weir.schemas.RelayBatch;
import dev.weir.schemas.RelayBatchCodec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeMap;

/** Reads the copies of a stream's log that an archive holds ({@code archive.container=avro}). One thread. */
public final class LogCopies {
    private final ObjectStore store;
    private final String folder;

    /** Reads from {@code store}, which stays the caller's, below the prefix of {@code settings}. */
    public LogCopies(ObjectStore store, ArchiveSettings settings, String streamId) {
        this.store = store;
        this.folder = ArchiveKeys.streamFolder(settings.prefix(), streamId);
    }

    /**
     * Takes the records of an object, in order.
     *
     * @param <E> what it fails with
     */
    public interface Sink<E extends Exception> {
        /**
         * Takes a record.
         *
         * @param object key of the object that holds it
         * @param value the record's value as Kafka held it, of which {@code batch} is the content; the sink's from now on
         */
        void record(String object, RelayBatch batch, byte[] value) throws E;
    }

    /** Returns the keys of the manifests of one epoch, or of all, in the order of the log. */
    public List<String> manifests(OptionalLong epoch) throws IOException {
        TreeMap<Long, List<String>> byEpoch = new TreeMap<>();
        for (String key : store.list(folder)) {
            OptionalLong found = ArchiveKeys.epochOf(folder, key);
            if (ArchiveKeys.isManifest(key)
                    && found.isPresent()
                    && found.getAsLong() == epoch.orElse(found.getAsLong())) {
                byEpoch.computeIfAbsent(found.getAsLong(), number -> new ArrayList<>())
                        .add(key);
            }
        }
        return byEpoch.values().stream().flatMap(List::stream).toList();
    }

    /**
     * Hands over the records of the object that a manifest tells of, once the object's checksum is proved.
     *
     * @throws IOException when the store fails
     * @throws MalformedMediaException when the object is no copy of the log, or not the one of the manifest
     */
    public <E extends Exception> void read(String manifestKey, Sink<E> sink)
            throws E, IOException, MalformedMediaException {
        Manifest manifest = ManifestJson.read(bytes(manifestKey));
        String key = ArchiveKeys.resolve(manifestKey.substring(0, manifestKey.lastIndexOf('/') + 1), manifest.object());
        if (!manifest.contentType().equals(AvroContainer.MEDIA_TYPE)) {
            throw new MalformedMediaException(
                    key + " is " + manifest.contentType() + ", not a copy of the log (archive.container=avro)");
        }
        ByteBuffer file = ByteBuffer.wrap(bytes(key));
        if (!Sha256.of(file).equals(manifest.sha256())) {
            throw new MalformedMediaException(key + " has other bytes than its manifest says: the SHA-256 differs");
        }
        for (ByteBuffer datum : AvroContainer.read(file).data()) {
            byte[] value = LogCopyFile.value(datum);
            sink.record(key, batch(key, value), value);
        }
    }

    private static RelayBatch batch(String key, byte[] value) throws MalformedMediaException {
        try {
            return RelayBatchCodec.decode(value);
        } catch (MalformedRecordException e) {
            throw new MalformedMediaException(key + " holds what is no record of the log: " + e.getMessage());
        }
    }

    private byte[] bytes(String key) throws IOException {
        try (InputStream in = store.get(key)) {
            return in.readAllBytes();
        }
    }
}
