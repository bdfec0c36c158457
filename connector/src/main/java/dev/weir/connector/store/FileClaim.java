package dev.weir.connector.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** The exclusive right to replace one file, among all tasks and processes. It ends with the process that holds it. */
final class FileClaim implements AutoCloseable {
    private final Path file;
    private final FileChannel channel;

    private FileClaim(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Takes the right that {@code file} stands for.
     *
     * @throws IOException when another one holds it
     */
    static FileClaim on(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileClaim claim = new FileClaim(file, channel);
        try {
            @Nullable FileLock lock = channel.tryLock();
            if (lock != null && claim.isInPlace()) {
                return claim;
            }
        } catch (OverlappingFileLockException e) {
            channel.close();
            throw new IOException("another task of this worker is writing", e);
        }
        channel.close();
        throw new IOException("another process is writing");
    }

    /** A holder before may have removed the file that is locked here; then the lock is worth nothing. */
    private boolean isInPlace() throws IOException {
        channel.write(java.nio.ByteBuffer.allocate(1), channel.size());
        return Files.exists(file) && Files.size(file) == channel.size();
    }

    /** Removes the file, which nobody needs between two claims. */
    void drop() throws IOException {
        Files.deleteIfExists(file);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
