package dev.weir.standalone.endtoend;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** The archived files of one stream, as a user finds them in the folder. */
final class Archive {
    private static final Duration COMMIT_TIMEOUT = Duration.ofSeconds(40);

    /**
     * What a manifest tells of its object.
     *
     * @param kinds {@code video} and {@code audio}, one for each track
     */
    record ArchivedObject(Path file, List<String> kinds, double seconds, int pictures, boolean isInPlaylist) {
        int count(String kind) {
            return Collections.frequency(kinds, kind);
        }
    }

    private final Path folder;

    Archive(Path data, String streamId) {
        folder = data.resolve("archive").resolve(streamId);
    }

    /** Waits until the stream's end is archived; its media files in order of time. */
    List<Path> awaitMedia() {
        return awaitMedia(1);
    }

    /** As {@link #awaitMedia()}, of a stream that so many publishers have ended. */
    List<Path> awaitMedia(int publishers) {
        Awaitility.await("the archive in " + folder)
                .atMost(COMMIT_TIMEOUT)
                .pollInterval(Duration.ofMillis(200))
                .until(() -> ends() >= publishers);
        return files(".mp4", ".webm");
    }

    /** As {@link #awaitMedia()}, with what the manifests tell. */
    List<ArchivedObject> awaitObjects() throws IOException {
        List<ArchivedObject> objects = new ArrayList<>();
        for (Path file : awaitMedia()) {
            String name = String.valueOf(file.getFileName());
            JsonNode manifest = DevTools.JSON.readTree(
                    Files.readString(file.resolveSibling(name.substring(0, name.lastIndexOf('.')) + ".json")));
            List<String> kinds = new ArrayList<>();
            int pictures = 0;
            for (JsonNode track : manifest.path("tracks")) {
                kinds.add(track.path("kind").asText());
                pictures += track.path("kind").asText().equals("video")
                        ? track.path("frames").asInt()
                        : 0;
            }
            double seconds = manifest.path("durationMicros").asLong() / 1e6;
            boolean hls = manifest.path("hls").asBoolean();
            objects.add(new ArchivedObject(file, List.copyOf(kinds), seconds, pictures, hls));
        }
        return objects;
    }

    /** The folder that holds {@code index.m3u8}; only after {@link #awaitMedia()}. */
    Path folder() {
        return files(".m3u8").get(0).resolveSibling("");
    }

    private int ends() throws IOException {
        int ends = 0;
        // The manifest of the last object says so; WebM has no playlist that could.
        for (Path manifest : files(".json")) {
            ends += DevTools.JSON
                            .readTree(Files.readString(manifest))
                            .path("final")
                            .asBoolean()
                    ? 1
                    : 0;
        }
        return ends;
    }

    private List<Path> files(String... endings) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(path -> Stream.of(endings).anyMatch(path.toString()::endsWith))
                    .sorted()
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            // A temporary file may vanish under the walk while the stream still runs.
            return List.of();
        }
    }
}
