package dev.weir.connector.archive;

import dev.weir.connector.assemble.TrackFormat;
import dev.weir.connector.store.ObjectStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;

/**
 * Writes what is beside an object so that people and programs find their way in it: the index of its keyframes, and
 * thumbnails. Each name follows from the object, so a second run finds them written. One thread.
 */
final class Companions {
    private final ObjectStore store;
    private final boolean keyframeIndex;
    private final Optional<Thumbnails> thumbnails;

    Companions(ObjectStore store, ArchiveSettings settings) {
        this.store = store;
        this.keyframeIndex = settings.keyframeIndex();
        this.thumbnails = settings.thumbnails().map(Thumbnails::new);
    }

    /**
     * Writes them, before the manifest commits the object. A thumbnail that cannot be made is left out.
     *
     * @throws IOException when the store fails
     */
    void write(ClosedSegment segment) throws IOException, InterruptedException {
        if (segment.keyframes().isEmpty()) {
            return;
        }
        Manifest manifest = segment.manifest();
        if (keyframeIndex) {
            KeyframeIndex index =
                    new KeyframeIndex(manifest.streamId(), manifest.epoch(), manifest.object(), segment.keyframes());
            String key = ArchiveKeys.keyframesKey(segment.folder(), manifest.firstPtsMicros());
            store.putIfAbsent(key, ByteBuffer.wrap(index.json()), "application/json", Map.of());
        }
        if (thumbnails.isPresent()) {
            for (Keyframe keyframe : thumbnails.get().chosen(segment.keyframes())) {
                writeThumbnail(segment, keyframe, thumbnails.get());
            }
        }
    }

    private void writeThumbnail(ClosedSegment segment, Keyframe keyframe, Thumbnails maker)
            throws IOException, InterruptedException {
        String key = ArchiveKeys.thumbnailKey(segment.folder(), keyframe.ptsMicros());
        if (!store.version(key).equals(ObjectStore.ABSENT)) {
            return;
        }
        TrackFormat format = segment.manifest().tracks().stream()
                .map(Manifest.Track::format)
                .filter(candidate -> candidate.trackId().equals(keyframe.track()))
                .findFirst()
                .orElseThrow();
        ByteBuffer picture =
                segment.content().slice(segment.content().position() + (int) keyframe.offset(), keyframe.size());
        Optional<ByteBuffer> jpeg = maker.make(format, picture, key);
        if (jpeg.isPresent()) {
            store.putIfAbsent(key, jpeg.get(), "image/jpeg", Map.of());
        }
    }
}
