package dev.weir.connector.restream.child;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Options for a child that its command line must not show: a file that only this user can read, in FFmpeg's form of a preset
 * ({@code -fpre}), deleted 10 s after the child's start or with it: FFmpeg reads it when it knows its input. One thread.
 */
public final class OptionFile implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OptionFile.class);
    private static final long NEEDED_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Optional<Path> path;
    private final long writtenNanos = System.nanoTime();
    private boolean deleted;

    private OptionFile(Optional<Path> path) {
        this.path = path;
    }

    /**
     * Writes the file; without options there is none.
     *
     * @throws IOException when it cannot be written, or a value has more than one line
     */
    public static OptionFile write(Map<String, String> options) throws IOException {
        if (options.isEmpty()) {
            return new OptionFile(Optional.empty());
        }
        StringBuilder text = new StringBuilder();
        for (Map.Entry<String, String> option : options.entrySet()) {
            if (option.getValue().chars().anyMatch(c -> c < ' ')) {
                throw new IOException(option.getKey() + " has control characters");
            }
            text.append(option.getKey()).append('=').append(option.getValue()).append('\n');
        }
        Path file = Files.createTempFile(
                "weir-",
                ".ffpreset",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, text, StandardCharsets.UTF_8);
        return new OptionFile(Optional.of(file));
    }

    /** Tells whether there is no file. */
    public boolean isEmpty() {
        return path.isEmpty();
    }

    /** Returns the file. */
    public Path path() {
        return path.orElseThrow();
    }

    /** Deletes the file once the child has had ample time to read it; call it often. */
    public void tick(long nowNanos) {
        if (!deleted && nowNanos - writtenNanos > NEEDED_NANOS) {
            close();
        }
    }

    /** Deletes the file. Idempotent. */
    @Override
    public void close() {
        deleted = true;
        try {
            if (path.isPresent()) {
                Files.deleteIfExists(path.get());
            }
        } catch (IOException failure) {
            LOG.warn("cannot delete {}, which holds a secret", path.get(), failure);
        }
    }
}
