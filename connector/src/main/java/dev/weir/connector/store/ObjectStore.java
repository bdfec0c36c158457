package dev.weir.connector.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Holds objects by key. Keys use {@code /} between segments; a segment is neither empty nor {@code .} nor {@code ..}.
 * Safe on any thread. Every method may block; an {@link IOException} may pass when tried again, a
 * {@link StoreRefusedException} needs an operator.
 */
public interface ObjectStore extends AutoCloseable {
    /** The version of an object that is not there. */
    String ABSENT = "";

    /** What became of a conditional write. */
    enum PutResult {
        /** Written and durable. */
        CREATED,
        /** An object with this key was there before; it is untouched. */
        EXISTS
    }

    /**
     * Writes an object unless the key is taken; atomic against other writers, durable on return.
     *
     * @param content position to limit; does not move
     * @param metadata facts stored with the object where the store can do so
     */
    PutResult putIfAbsent(String key, ByteBuffer content, String contentType, Map<String, String> metadata)
            throws IOException;

    /**
     * Writes an object if its version is still {@code before}; atomic against other writers, durable on return. Readers see
     * the old or the new content, never a part.
     *
     * @param before version from {@link #version} or from this method
     * @param content position to limit; does not move
     * @return the version now; empty = somebody else has changed the object, which is untouched
     */
    Optional<String> replace(String key, String before, ByteBuffer content, String contentType) throws IOException;

    /** Returns what tells the present content of an object from any other, {@link #ABSENT} when the key is free. */
    String version(String key) throws IOException;

    /** Returns size and checksum of an object, empty when the key is free. */
    Optional<StoredObject> stat(String key) throws IOException;

    /**
     * Opens an object; the caller closes the stream.
     *
     * @throws java.io.FileNotFoundException when the key is free
     */
    InputStream get(String key) throws IOException;

    /** Lists the keys that start with {@code prefix}, in ascending order. */
    List<String> list(String prefix) throws IOException;

    /** Releases connections. Idempotent. */
    @Override
    void close();
}
