package dev.weir.standalone.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.Properties;

/**
 * The folder that holds everything a running Weir keeps: {@code kafka/}, {@code connect/}, {@code archive/}, {@code logs/},
 * and {@code weir.properties} with the addresses of the last start. One Weir at a time has it locked.
 */
public final class DataDirectory implements AutoCloseable {

    /** Key of {@link #remembered()}: the Kafka address, {@code HOST:PORT}. */
    public static final String KAFKA = "kafka";

    /** Key of the URL of Connect's REST interface in {@link #remembered}. */
    public static final String CONNECT = "connect";

    private static final long MIN_FREE_BYTES = 200L << 20;

    private final Path root;
    private final LockedFile lock;

    private DataDirectory(Path root, LockedFile lock) {
        this.root = root;
        this.lock = lock;
    }

    /**
     * Creates {@code path} if needed and locks it.
     *
     * @throws StartFailure if it cannot be written, is nearly full or is in use
     */
    public static DataDirectory open(Path path) throws StartFailure {
        Path root = path.toAbsolutePath().normalize();
        try {
            for (String folder : new String[] {"kafka", "connect", "archive", "logs"}) {
                Files.createDirectories(root.resolve(folder));
            }
            long freeBytes = Files.getFileStore(root).getUsableSpace();
            if (freeBytes < MIN_FREE_BYTES) {
                throw new StartFailure(
                        "only " + (freeBytes >> 20) + " MB free in " + root + ", Kafka and the archive need "
                                + (MIN_FREE_BYTES >> 20) + " MB: make room or choose another folder with --data");
            }
            LockedFile lock = LockedFile.tryLock(root.resolve("lock"))
                    .orElseThrow(
                            () -> new StartFailure(
                                    root
                                            + " is in use by another running weir: stop that one or choose another folder with --data"));
            return new DataDirectory(root, lock);
        } catch (IOException e) {
            throw new StartFailure(
                    "cannot write to " + root + " (" + reason(e) + "): choose another folder with --data", e);
        }
    }

    private static String reason(IOException e) {
        return e.getClass().getSimpleName().replaceAll("(Exception|FileSystem)", "") + ": " + e.getMessage();
    }

    /** Returns the folder itself, absolute. */
    public Path root() {
        return root;
    }

    /** Returns the folder of Kafka's logs and settings. */
    public Path kafka() {
        return root.resolve("kafka");
    }

    /** Returns the folder of the Connect worker's offsets and settings. */
    public Path connect() {
        return root.resolve("connect");
    }

    /** Returns the folder that the archive sink writes to. */
    public Path archive() {
        return root.resolve("archive");
    }

    /** Returns the folder of the log files. */
    public Path logs() {
        return root.resolve("logs");
    }

    /** Keeps {@code addresses} for the next start and for {@code weir log}. */
    public void remember(Properties addresses) throws IOException {
        Path file = root.resolve("weir.properties");
        Path temporary = root.resolve("weir.properties.tmp");
        try (var out = Files.newBufferedWriter(temporary)) {
            addresses.store(out, "Addresses of the last start");
        }
        Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Returns what {@link #remember} kept, or nothing. */
    public Properties remembered() {
        return remembered(root);
    }

    /** Returns what the last start on the folder {@code root} kept, or nothing; takes no lock. */
    public static Properties remembered(Path root) {
        Properties addresses = new Properties();
        Path file = root.resolve("weir.properties");
        if (Files.exists(file)) {
            try (var in = Files.newBufferedReader(file)) {
                addresses.load(in);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read " + file, e);
            }
        }
        return addresses;
    }

    /** Returns the Kafka address that the last start on the folder {@code root} used. */
    public static Optional<String> kafkaAddress(Path root) {
        return Optional.ofNullable(remembered(root).getProperty(KAFKA));
    }

    /** Gives the folder free. */
    @Override
    public void close() throws IOException {
        lock.close();
    }
}
