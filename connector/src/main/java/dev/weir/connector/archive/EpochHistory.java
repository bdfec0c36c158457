package dev.weir.connector.archive;

import dev.weir.connector.mux.HlsPlaylist;
import dev.weir.connector.store.ObjectStore;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Finds out what is durable already: read from the store when a stream is met for the first time. */
final class EpochHistory {
    private final ObjectStore store;

    EpochHistory(ObjectStore store) {
        this.store = store;
    }

    /** Returns the highest epoch of a stream that has a durable object. */
    OptionalLong highestEpoch(String streamFolder) throws IOException {
        return store.list(streamFolder).stream()
                .filter(ArchiveKeys::isManifest)
                .map(key -> ArchiveKeys.epochOf(streamFolder, key))
                .filter(OptionalLong::isPresent)
                .mapToLong(OptionalLong::getAsLong)
                .max();
    }

    /** Returns the manifest of the last durable object of an epoch. */
    Optional<Manifest> last(String epochFolder) throws IOException {
        List<String> manifests = manifests(epochFolder);
        return manifests.isEmpty() ? Optional.empty() : Optional.of(manifest(manifests.get(manifests.size() - 1)));
    }

    /** Returns the playlist as it must stand before the object of {@code manifestKey} is added. */
    HlsPlaylist playlistBefore(String epochFolder, String manifestKey) throws IOException {
        List<String> before = manifests(epochFolder).stream()
                .filter(key -> key.compareTo(manifestKey) < 0)
                .toList();
        Optional<HlsPlaylist> written = written(epochFolder);
        if (written.isPresent() && endsWith(written.get(), before)) {
            return written.get();
        }
        HlsPlaylist rebuilt = new HlsPlaylist();
        for (String key : before) {
            Manifest manifest = manifest(key);
            if (manifest.hls()) {
                manifest.addTo(rebuilt);
            }
        }
        return rebuilt;
    }

    /** A playlist only grows, in the order of the log: as many objects with the same one last are the same objects. */
    private boolean endsWith(HlsPlaylist playlist, List<String> manifestKeys) throws IOException {
        List<String> uris = playlist.objectUris();
        if (uris.isEmpty() || uris.size() != manifestKeys.size()) {
            return uris.isEmpty() && manifestKeys.isEmpty();
        }
        Manifest last = manifest(manifestKeys.get(manifestKeys.size() - 1));
        return uris.get(uris.size() - 1).equals(ArchiveKeys.uri(last.object()));
    }

    private Optional<HlsPlaylist> written(String epochFolder) throws IOException {
        try (InputStream in = store.get(epochFolder + ArchiveKeys.PLAYLIST)) {
            return Optional.of(HlsPlaylist.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8)));
        } catch (FileNotFoundException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private List<String> manifests(String epochFolder) throws IOException {
        return store.list(epochFolder).stream().filter(ArchiveKeys::isManifest).toList();
    }

    private Manifest manifest(String key) throws IOException {
        try (InputStream in = store.get(key)) {
            return ManifestJson.read(in.readAllBytes());
        }
    }
}
