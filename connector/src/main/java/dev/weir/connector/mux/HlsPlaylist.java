package dev.weir.connector.mux;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Builds the media playlist (RFC 8216) of one epoch over byte ranges of its MP4 objects. It only grows, so it is an EVENT
 * playlist until {@link #end}. Not thread-safe: one owner.
 */
public final class HlsPlaylist {
    private static final String HEADER = "#EXTM3U\n#EXT-X-VERSION:7\n";
    private static final String TARGET = "#EXT-X-TARGETDURATION:";
    private static final String SEQUENCE =
            "#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-PLAYLIST-TYPE:EVENT\n#EXT-X-INDEPENDENT-SEGMENTS\n";
    private static final String DISCONTINUITY = "#EXT-X-DISCONTINUITY\n";
    private static final String END = "#EXT-X-ENDLIST\n";
    private static final String DURATION = "#EXTINF:";

    private final StringBuilder body = new StringBuilder();
    private final List<String> objectUris = new ArrayList<>();
    private long targetSeconds = 2;
    private boolean ended;

    /** Creates an empty playlist. */
    public HlsPlaylist() {}

    /**
     * Appends an object.
     *
     * @param uri the object, relative to the playlist
     * @param initialization its header, from {@link ContainerWriter#initialization}
     * @param fragments its fragments, from {@link ContainerWriter#fragments}
     * @param discontinuity whether the format changed or time is missing since the previous object; ignored for the first
     * @throws IllegalStateException after {@link #end}
     */
    public void addObject(
            String uri, FragmentRange initialization, List<FragmentRange> fragments, boolean discontinuity) {
        if (ended) {
            throw new IllegalStateException("the playlist has ended");
        }
        if (uri.isEmpty() || uri.chars().anyMatch(c -> c < ' ' || c == '"')) {
            throw new IllegalArgumentException("not a URI for a playlist: " + uri);
        }
        if (discontinuity && !objectUris.isEmpty()) {
            body.append(DISCONTINUITY);
        }
        objectUris.add(uri);
        body.append(String.format(
                Locale.ROOT,
                "#EXT-X-MAP:URI=\"%s\",BYTERANGE=\"%d@%d\"\n",
                uri,
                initialization.length(),
                initialization.offset()));
        for (FragmentRange fragment : fragments) {
            long micros = fragment.durationMicros();
            targetSeconds = Math.max(targetSeconds, (micros + 500_000) / 1_000_000);
            body.append(DURATION)
                    .append(String.format(Locale.ROOT, "%d.%06d,\n", micros / 1_000_000, micros % 1_000_000))
                    .append("#EXT-X-BYTERANGE:")
                    .append(fragment.length())
                    .append('@')
                    .append(fragment.offset())
                    .append('\n')
                    .append(uri)
                    .append('\n');
        }
    }

    /** Marks the playlist as complete. */
    public void end() {
        ended = true;
    }

    /** Tells whether the playlist is complete. */
    public boolean isEnded() {
        return ended;
    }

    /** Returns the playlist's text. */
    public String text() {
        return HEADER + TARGET + targetSeconds + "\n" + SEQUENCE + body + (ended ? END : "");
    }

    /**
     * Reads a playlist that {@link #text} wrote, to go on with it after a restart.
     *
     * @throws IllegalArgumentException when it is not one of ours
     */
    public static HlsPlaylist parse(String text) {
        int target = HEADER.length() + TARGET.length();
        int start = text.indexOf(SEQUENCE);
        if (!text.startsWith(HEADER + TARGET) || start < target + 2) {
            throw new IllegalArgumentException("not a playlist of ours");
        }
        HlsPlaylist playlist = new HlsPlaylist();
        playlist.targetSeconds = Long.parseLong(text.substring(target, start - 1));
        String rest = text.substring(start + SEQUENCE.length());
        playlist.ended = rest.endsWith(END);
        playlist.body.append(playlist.ended ? rest.substring(0, rest.length() - END.length()) : rest);
        rest.lines()
                .filter(line -> line.startsWith("#EXT-X-MAP:URI=\""))
                .map(line -> line.substring(16, line.indexOf('"', 16)))
                .forEach(playlist.objectUris::add);
        return playlist;
    }

    /** Returns the URIs of the objects in order. */
    public List<String> objectUris() {
        return List.copyOf(objectUris);
    }
}
