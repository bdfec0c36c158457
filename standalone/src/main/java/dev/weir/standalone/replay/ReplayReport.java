package dev.weir.standalone.replay;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What was published again.
 *
 * @param stream the stream in the log
 * @param epoch its epoch
 * @param durationMicros time of the original from the first to the last packet
 * @param tracks its tracks
 * @param nacked sequence numbers that the server asked for again
 * @param retransmitted those of them that were sent again; the others are missing in the log too
 * @param keyframeRequests keyframes that the server asked for, which a log cannot make
 */
public record ReplayReport(
        String stream,
        long epoch,
        long durationMicros,
        List<Track> tracks,
        long nacked,
        long retransmitted,
        long keyframeRequests) {

    /** Copies the list. */
    public ReplayReport {
        tracks = List.copyOf(tracks);
    }

    /**
     * One track.
     *
     * @param name "video", "audio", with the layer behind a colon
     * @param codec its codec
     * @param packets packets sent
     * @param dropped packets that could not be sent
     * @param missing packets between them that the log does not hold
     */
    public record Track(String name, String codec, long packets, long dropped, long missing) {}

    /** Returns one line for people. */
    public String text() {
        String sent = tracks.stream()
                .map(track -> track.name() + " " + track.codec() + " " + track.packets() + " packets"
                        + (track.missing() > 0 ? " (" + track.missing() + " missing in the log)" : "")
                        + (track.dropped() > 0 ? " (" + track.dropped() + " could not be sent)" : ""))
                .collect(Collectors.joining(", "));
        return String.format(Locale.ROOT, "'%s' replayed: %.1f s, %s", stream, durationMicros / 1e6, sent);
    }

    /** Returns one JSON object. */
    public String json() {
        ObjectNode root = new ObjectMapper().createObjectNode();
        root.put("stream", stream).put("epoch", epoch).put("durationMillis", durationMicros / 1_000);
        for (Track track : tracks) {
            root.withArray("tracks")
                    .addObject()
                    .put("id", track.name())
                    .put("codec", track.codec())
                    .put("packets", track.packets())
                    .put("dropped", track.dropped())
                    .put("missing", track.missing());
        }
        return root.put("nacked", nacked)
                .put("retransmitted", retransmitted)
                .put("keyframeRequests", keyframeRequests)
                .toString();
    }
}
