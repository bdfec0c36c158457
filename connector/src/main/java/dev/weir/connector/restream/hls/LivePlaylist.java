package dev.weir.connector.restream.hls;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A live media playlist (RFC 8216 section 4): the newest segments, each with its initialization. It outlives connections: the
 * sequence goes on. One thread.
 */
final class LivePlaylist {
    private static final int LISTED = 6;
    /** So many segments stay after they left the list: its length and their own (RFC 8216 section 6.2.2). */
    private static final int KEPT = LISTED + 1;

    private record Segment(String uri, String map, long durationMicros, boolean discontinuity) {}

    private final ArrayDeque<Segment> listed = new ArrayDeque<>();
    private final ArrayDeque<Segment> leaving = new ArrayDeque<>();
    private long sequence;
    private long discontinuities;
    private long targetSeconds = 1;

    /** Begins at a sequence number that is higher than those of earlier runs. */
    LivePlaylist(long firstSequence) {
        this.sequence = firstSequence;
    }

    /** Returns the number of the next segment. */
    long next() {
        return sequence + listed.size();
    }

    /** Adds a segment; returns the objects that may be deleted now. */
    List<String> add(String uri, String map, long durationMicros, boolean discontinuity) {
        listed.add(new Segment(uri, map, durationMicros, discontinuity && !listed.isEmpty()));
        targetSeconds = Math.max(targetSeconds, (durationMicros + 500_000) / 1_000_000);
        List<String> unused = new ArrayList<>();
        if (listed.size() > LISTED) {
            Segment gone = listed.remove();
            sequence++;
            if (gone.discontinuity) {
                discontinuities++;
            }
            leaving.add(gone);
            if (leaving.size() > KEPT) {
                Segment old = leaving.remove();
                unused.add(old.uri);
                if (!leaving.element().map.equals(old.map)) {
                    unused.add(old.map);
                }
            }
        }
        return unused;
    }

    String text() {
        StringBuilder text = new StringBuilder("#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:")
                .append(targetSeconds)
                .append("\n#EXT-X-MEDIA-SEQUENCE:")
                .append(sequence)
                .append("\n#EXT-X-DISCONTINUITY-SEQUENCE:")
                .append(discontinuities)
                .append("\n#EXT-X-INDEPENDENT-SEGMENTS\n");
        String map = "";
        for (Segment segment : listed) {
            if (segment.discontinuity) {
                text.append("#EXT-X-DISCONTINUITY\n");
            }
            if (!segment.map.equals(map)) {
                map = segment.map;
                text.append("#EXT-X-MAP:URI=\"").append(map).append("\"\n");
            }
            text.append(String.format(
                            Locale.ROOT,
                            "#EXTINF:%d.%06d,\n",
                            segment.durationMicros / 1_000_000,
                            segment.durationMicros % 1_000_000))
                    .append(segment.uri)
                    .append('\n');
        }
        return text.toString();
    }
}
