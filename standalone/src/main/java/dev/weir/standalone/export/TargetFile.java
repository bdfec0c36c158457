package dev.weir.standalone.export;

import dev.weir.standalone.process.StartFailure;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that appears under its name when it is complete, and not at all otherwise: it grows beside it under another name,
 * which an error and Ctrl-C remove.
 */
public final class TargetFile implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TargetFile.class);

    private final Path target;
    private final Path part;
    private final boolean force;
    private final FileChannel channel;
    private final Thread onExit;

    private TargetFile(Path target, Path part, boolean force, FileChannel channel) {
        this.target = target;
        this.part = part;
        this.force = force;
        this.channel = channel;
        this.onExit = new Thread(this::remove, "remove-" + part.getFileName());
    }

    /**
     * Opens the file that will become {@code path}.
     *
     * @param force whether a file of this name may be replaced
     * @throws StartFailure when it exists, or its folder cannot be written
     */
    public static TargetFile create(Path path, boolean force) throws StartFailure {
        Path target = path.toAbsolutePath();
        Path folder = target.getParent();
        if (Files.isDirectory(target) || folder == null) {
            throw new StartFailure(path + " is a folder: name a file with --output");
        }
        if (!force && Files.exists(target)) {
            throw exists(path);
        }
        Path part = folder.resolve(
                "." + target.getFileName() + ".part-" + ProcessHandle.current().pid());
        try {
            FileChannel channel = FileChannel.open(
                    part, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
            TargetFile file = new TargetFile(target, part, force, channel);
            Runtime.getRuntime().addShutdownHook(file.onExit);
            return file;
        } catch (NoSuchFileException e) {
            throw new StartFailure("there is no folder " + folder, e);
        } catch (IOException e) {
            throw new StartFailure("cannot write to " + folder + ": " + e.getMessage(), e);
        }
    }

    private static StartFailure exists(Path path) {
        return new StartFailure(path + " exists: choose another name or replace it with --force");
    }

    /** Returns where to write. */
    public FileChannel channel() {
        return channel;
    }

    /** Gives the file its name; it is complete and on disk. */
    public void commit() throws StartFailure, IOException {
        channel.force(true);
        channel.close();
        try {
            if (force) {
                Files.move(part, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            } else {
                Files.move(part, target);
            }
        } catch (FileAlreadyExistsException e) {
            throw exists(target);
        }
    }

    private void remove() {
        try {
            channel.close();
            Files.deleteIfExists(part);
        } catch (IOException e) {
            LOG.warn("cannot remove {}: {}", part, e.getMessage());
        }
    }

    /** Removes what was written unless it was committed. */
    @Override
    public void close() {
        remove();
        try {
            Runtime.getRuntime().removeShutdownHook(onExit);
        } catch (IllegalStateException e) {
            LOG.debug("the JVM is on its way out", e);
        }
    }
}
