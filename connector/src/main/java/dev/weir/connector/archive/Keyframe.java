package dev.weir.connector.archive;

/**
 * One video frame in an object that a decoder can start at.
 *
 * @param track its track
 * @param ptsMicros media time since the start of the epoch
 * @param offset first byte in the object
 * @param size bytes
 * @param logOffset lowest log offset with a packet of it
 */
record Keyframe(String track, long ptsMicros, long offset, int size, long logOffset) {}
