package dev.weir.connector.store;

/**
 * Tells an object's identity.
 *
 * @param sizeBytes its length
 * @param sha256 checksum of its content, 64 lower-case hexadecimal digits
 */
public record StoredObject(long sizeBytes, String sha256) {}
