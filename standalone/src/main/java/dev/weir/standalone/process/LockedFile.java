package dev.weir.standalone.process;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;

/** A lock on a file that the operating system drops when this process ends, however it ends. */
public final class LockedFile implements AutoCloseable {

    private static final long RETRY_MILLIS = 50;

    private final FileChannel channel;

    private LockedFile(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Takes the lock, creating {@code file}; empty if another process (or this one) holds it.
     *
     * @throws IOException if the file cannot be opened
     */
    public static Optional<LockedFile> tryLock(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return Optional.of(new LockedFile(channel));
            }
        } catch (OverlappingFileLockException e) {
            // Held inside this JVM: the same answer as held by another one.
        }
        channel.close();
        return Optional.empty();
    }

    /**
     * Takes the lock, waiting up to {@code patience} for a process that is just ending.
     *
     * @throws IOException if the file cannot be opened
     */
    public static Optional<LockedFile> lockWithin(Path file, Duration patience)
            throws IOException, InterruptedException {
        long start = System.nanoTime();
        while (true) {
            Optional<LockedFile> lock = tryLock(file);
            if (lock.isPresent() || System.nanoTime() - start > patience.toNanos()) {
                return lock;
            }
            Thread.sleep(RETRY_MILLIS);
        }
    }

    /** Drops the lock; the file stays, so that two waiters never lock two different files of one name. */
    @Override
    public void close() throws IOException {
        channel.close();
    }
}
