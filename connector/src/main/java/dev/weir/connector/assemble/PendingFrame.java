package dev.weir.connector.assemble;

import dev.weir.webrtc.codec.EncodedFrame;
import java.util.Optional;

/**
 * A whole frame that waits for its turn.
 *
 * @param encoded the frame
 * @param ssrc its source
 * @param restart whether it is the first of its source, so that its timestamps continue nothing
 * @param firstArrivalMicros arrival of its earliest packet
 * @param lastArrivalMicros arrival of its latest packet
 * @param firstOffset lowest log offset of its packets
 * @param lastOffset highest log offset of its packets
 * @param readFromOffset lowest log offset of its packets and of everything left out before it
 * @param gap what was left out right before it
 * @param format format of a video keyframe
 */
record PendingFrame(
        EncodedFrame encoded,
        int ssrc,
        boolean restart,
        long firstArrivalMicros,
        long lastArrivalMicros,
        long firstOffset,
        long lastOffset,
        long readFromOffset,
        LossTally gap,
        Optional<TrackFormat> format) {
    long timestamp() {
        return encoded.extendedTimestamp();
    }
}
