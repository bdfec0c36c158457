package dev.weir.standalone.endtoend;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** The archived files of one stream, as a user finds them in the folder. */
final class Archive {
    private static final Duration COMMIT_TIMEOUT = Duration.ofSeconds(40);

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
