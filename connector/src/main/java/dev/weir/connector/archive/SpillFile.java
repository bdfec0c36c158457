package dev.weir.connector.archive;

import dev.weir.connector.mux.Relocation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A file that takes over what the heap has no room for, and gives views of it. It has no name any more when it is closed; its
 * space is free when the last view is. One thread.
 */
final class SpillFile implements Relocation, AutoCloseable {
    private static final int WRITE_BYTES = 256 * 1024;

    private record Moved(long position, int length, Consumer<ByteBuffer> view) {}

    private final FileChannel channel;
    private final ByteBuffer waiting = ByteBuffer.allocateDirect(WRITE_BYTES);
    private final List<Moved> moved = new ArrayList<>();
    private long length;

    private SpillFile(FileChannel channel) {
        this.channel = channel;
    }

    /** Creates an empty file in {@code folder}. */
    static SpillFile in(Path folder) throws IOException {
        Files.createDirectories(folder);
        Path file = Files.createTempFile(folder, "weir-", ".spill");
        return new SpillFile(FileChannel.open(
                file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE));
    }

    @Override
    public void move(ByteBuffer bytes, Consumer<ByteBuffer> view) throws IOException {
        moved.add(new Moved(length, bytes.remaining(), view));
        length += bytes.remaining();
        ByteBuffer rest = bytes.duplicate();
        while (rest.hasRemaining()) {
            if (!waiting.hasRemaining()) {
                flush();
            }
            int end = rest.limit();
            rest.limit(Math.min(end, rest.position() + waiting.remaining()));
            waiting.put(rest);
            rest.limit(end);
        }
    }

    private void flush() throws IOException {
        waiting.flip();
        while (waiting.hasRemaining()) {
            channel.write(waiting);
        }
        waiting.clear();
    }

    /** Returns how many bytes were taken over. */
    long length() {
        return length;
    }

    /** Gives the views out; nothing may follow. */
    void giveViews() throws IOException {
        flush();
        // Everything is written: to touch a mapped page that the disk has no room for would end the JVM.
        ByteBuffer all = channel.map(FileChannel.MapMode.READ_ONLY, 0, length);
        for (Moved each : moved) {
            each.view().accept(all.slice(Math.toIntExact(each.position()), each.length()));
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
