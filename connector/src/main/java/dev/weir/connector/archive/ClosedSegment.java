package dev.weir.connector.archive;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * An object that is complete but not durable yet.
 *
 * @param folder the epoch's folder, with a slash at its end
 * @param objectKey where the object goes
 * @param manifestKey where its manifest goes, once the object is durable
 * @param content the object's bytes
 * @param manifest what to say about it
 * @param keyframes its video frames that a decoder can start at, in order of time within a track
 * @param pin the need of the log that ends when both are durable
 */
record ClosedSegment(
        String folder,
        String objectKey,
        String manifestKey,
        ByteBuffer content,
        Manifest manifest,
        List<Keyframe> keyframes,
        OffsetLedger.Pin pin) {
    ClosedSegment {
        keyframes = List.copyOf(keyframes);
    }

    /** Returns the object with the same bytes in another place. */
    ClosedSegment withContent(ByteBuffer same) {
        return new ClosedSegment(folder, objectKey, manifestKey, same, manifest, keyframes, pin);
    }
}
