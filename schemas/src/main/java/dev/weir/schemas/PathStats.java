package dev.weir.schemas;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * How the path between the gateway and a peer did: what was asked for and repeated, by the names of W3C webrtc-stats. Counters are totals.
 *
 * <p>The components are the fields of the schema of this name, in its order; absent values are empty.
 *
 * @param roundTripTimeMillis publishers: the time that repairs take; viewers: by their reports; empty = not known
 * @param nackCount sequence numbers asked for again, of the publisher or by the viewer
 * @param pliCount keyframes asked for by picture loss indication, of the publisher or by the viewer
 * @param firCount keyframes asked for by full intra request
 * @param retransmittedPackets packets that came or went as repairs
 * @param availableBitrateBps viewers: what the path is thought to carry
 * @param timeToFirstFrameMillis viewers: from the connection to the first picture that was sent whole
 * @param temporalLayer viewers: highest temporal layer sent, where there is a limit
 */
public record PathStats(
        Optional<Float> roundTripTimeMillis,
        long nackCount,
        long pliCount,
        long firCount,
        long retransmittedPackets,
        OptionalLong availableBitrateBps,
        OptionalInt timeToFirstFrameMillis,
        OptionalInt temporalLayer) {}
