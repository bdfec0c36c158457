package dev.weir.connector.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Keeps objects as files below one folder. A file appears under its name only when it is complete and on disk: it is
 * written aside, forced, then linked (if absent) or, under a lock, moved (replace) into place. Metadata is not kept: the manifest
 * beside every archive object holds the same facts.
 */
public final class FileObjectStore implements ObjectStore {
    /** Holds files that are being written; on the same file system as the rest. */
    private static final String PENDING_FOLDER = ".weir-pending";

    private static final int WRITE_BYTES = 256 * 1024;
    private static final Duration PENDING_KEPT = Duration.ofHours(1);

    private final Path root;

    /** Creates a store below {@code root}; {@link #open} prepares the folder. */
    public FileObjectStore(Path root) {
        this.root = root.toAbsolutePath().normalize();
    }

    /**
     * Creates the folder where it is missing and removes what a killed writer left behind.
     *
     * @throws StoreRefusedException when the folder cannot be created or written
     */
    public FileObjectStore open() throws IOException {
        try {
            Files.createDirectories(pending());
            if (!Files.isWritable(pending())) {
                throw new AccessDeniedException(root.toString());
            }
            removeStalePending();
        } catch (FileSystemException e) {
            throw new StoreRefusedException("archive folder " + root + " cannot be written: " + e.getMessage(), e);
        }
        return this;
    }

    private Path pending() {
        return root.resolve(PENDING_FOLDER);
    }

    private void removeStalePending() throws IOException {
        FileTime limit = FileTime.from(Instant.now().minus(PENDING_KEPT));
        try (Stream<Path> files = Files.list(pending())) {
            for (Path file : files.toList()) {
                if (Files.getLastModifiedTime(file).compareTo(limit) < 0) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    @Override
    public PutResult putIfAbsent(String key, ByteBuffer content, String contentType, Map<String, String> metadata)
            throws IOException {
        Path target = path(key);
        if (Files.exists(target)) {
            return PutResult.EXISTS;
        }
        Path written = writeAside(content);
        try {
            createFolder(target);
            Files.createLink(target, written);
        } catch (FileAlreadyExistsException e) {
            return PutResult.EXISTS;
        } catch (UnsupportedOperationException e) {
            throw new StoreRefusedException("the file system of " + root + " has no hard links", e);
        } finally {
            Files.deleteIfExists(written);
        }
        forceFolder(target);
        return PutResult.CREATED;
    }

    @Override
    public Optional<String> replace(String key, String before, ByteBuffer content, String contentType)
            throws IOException {
        Path target = path(key);
        Path written = writeAside(content);
        try (FileClaim claim = FileClaim.on(pending().resolve(Sha256.of(UTF_8.encode(key)) + ".lock"))) {
            if (!version(key).equals(before)) {
                return Optional.empty();
            }
            createFolder(target);
            Files.move(written, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            forceFolder(target);
            claim.drop();
        } finally {
            Files.deleteIfExists(written);
        }
        return Optional.of(Sha256.of(content));
    }

    @Override
    public String version(String key) throws IOException {
        return stat(key).map(StoredObject::sha256).orElse(ABSENT);
    }

    private Path writeAside(ByteBuffer content) throws IOException {
        Files.createDirectories(pending());
        Path file = pending().resolve(UUID.randomUUID().toString());
        boolean complete = false;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer rest = content.duplicate();
            while (rest.position() < content.limit()) {
                // A channel copies what it writes at once into memory outside the heap, and keeps that.
                rest.limit(Math.min(content.limit(), rest.position() + WRITE_BYTES));
                channel.write(rest);
            }
            channel.force(true);
            complete = true;
        } catch (AccessDeniedException e) {
            throw new StoreRefusedException("archive folder " + root + " cannot be written", e);
        } finally {
            if (!complete) {
                Files.deleteIfExists(file);
            }
        }
        return file;
    }

    /** Creates the folder of {@code target} and makes new folder entries durable, top down. */
    private void createFolder(Path target) throws IOException {
        Path folder = folderOf(target);
        if (Files.isDirectory(folder)) {
            return;
        }
        Files.createDirectories(folder);
        for (Path made = folder; !made.equals(root); made = folderOf(made)) {
            forceFolder(made);
        }
    }

    private static Path folderOf(Path file) {
        Path folder = file.getParent();
        if (folder == null) {
            throw new IllegalStateException("outside the archive folder: " + file);
        }
        return folder;
    }

    private static void forceFolder(Path entry) throws IOException {
        try (FileChannel folder = FileChannel.open(folderOf(entry), StandardOpenOption.READ)) {
            folder.force(true);
        }
    }

    @Override
    public Optional<StoredObject> stat(String key) throws IOException {
        try (InputStream in = Files.newInputStream(path(key))) {
            Sha256 digest = new Sha256();
            long sizeBytes = digest.update(in);
            return Optional.of(new StoredObject(sizeBytes, digest.hex()));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    @Override
    public InputStream get(String key) throws IOException {
        try {
            return Files.newInputStream(path(key));
        } catch (NoSuchFileException e) {
            throw (IOException) new FileNotFoundException("no object " + key).initCause(e);
        }
    }

    @Override
    public List<String> list(String prefix) throws IOException {
        int lastSlash = prefix.lastIndexOf('/');
        Path start = lastSlash < 0 ? root : path(prefix.substring(0, lastSlash));
        if (!Files.isDirectory(start)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(start)) {
            return files.filter(file -> !file.startsWith(pending()) && Files.isRegularFile(file))
                    .map(file -> root.relativize(file).toString().replace('\\', '/'))
                    .filter(key -> key.startsWith(prefix))
                    .sorted()
                    .toList();
        }
    }

    private Path path(String key) {
        for (String segment : key.split("/", -1)) {
            if (segment.isEmpty() || segment.equals(".") || segment.equals("..") || segment.indexOf('\0') >= 0) {
                throw new IllegalArgumentException("not a key: " + key);
            }
        }
        return root.resolve(key);
    }

    @Override
    public void close() {}
}
