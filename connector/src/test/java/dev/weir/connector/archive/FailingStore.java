package dev.weir.connector.archive;

import dev.weir.connector.store.ObjectStore;
import dev.weir.connector.store.StoredObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A store whose process dies: after so many writes nothing is written any more. The write at which it dies may or may
 * not have happened, like one whose answer is lost.
 */
final class FailingStore implements ObjectStore {
    private final ObjectStore store;
    private final AtomicLong writesLeft = new AtomicLong(Long.MAX_VALUE);
    private volatile boolean lastOneHappens;

    FailingStore(ObjectStore store) {
        this.store = store;
    }

    /** Lives for {@code writes} more writes. */
    void dieAfter(long writes, boolean lastOneHappens) {
        this.lastOneHappens = lastOneHappens;
        writesLeft.set(writes);
    }

    /** Works again: a new process. */
    void revive() {
        writesLeft.set(Long.MAX_VALUE);
    }

    boolean isDead() {
        return writesLeft.get() < 0;
    }

    private interface Write<T> {
        T run() throws IOException;
    }

    private <T> T write(Write<T> write) throws IOException {
        long left = writesLeft.decrementAndGet();
        if (left > 0 || (left == 0 && lastOneHappens)) {
            T result = write.run();
            if (left > 0) {
                return result;
            }
        }
        writesLeft.set(-1);
        throw new IOException("the process is dead");
    }

    @Override
    public PutResult putIfAbsent(String key, ByteBuffer content, String contentType, Map<String, String> metadata)
            throws IOException {
        return write(() -> store.putIfAbsent(key, content, contentType, metadata));
    }

    @Override
    public Optional<String> replace(String key, String before, ByteBuffer content, String contentType)
            throws IOException {
        return write(() -> store.replace(key, before, content, contentType));
    }

    @Override
    public String version(String key) throws IOException {
        return store.version(key);
    }

    @Override
    public Optional<StoredObject> stat(String key) throws IOException {
        return store.stat(key);
    }

    @Override
    public InputStream get(String key) throws IOException {
        return store.get(key);
    }

    @Override
    public List<String> list(String prefix) throws IOException {
        return store.list(prefix);
    }

    @Override
    public void close() {}
}
