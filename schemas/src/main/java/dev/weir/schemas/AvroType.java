package dev.weir.schemas;

import java.util.Set;

/**
 * Reads and writes the values of one Avro type, and names it in the parsing canonical form of its schema.
 *
 * @param <T> the Java type of the values
 */
interface AvroType<T> {
    void write(AvroWriter out, T value);

    T read(AvroReader in) throws MalformedRecordException;

    /** Appends the parsing canonical form (Avro 1.12 specification); {@code named} are the types defined before. */
    void canonicalForm(StringBuilder out, Set<String> named);
}
