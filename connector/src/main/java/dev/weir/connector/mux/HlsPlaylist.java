package dev.weir.connector.mux;

import java.util.List;

/**
 * Builds the media playlist (RFC 8216) of one epoch over byte ranges of its MP4 objects. It only grows, so it is an EVENT
 * playlist until {@link #end}. Not thread-safe: one owner.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class HlsPlaylist {
    /** Creates an empty playlist. */
    public HlsPlaylist() {}

    /**
     * Appends an object.
     *
     * @param uri the object, relative to the playlist
     * @param initialization its header, from {@link ContainerWriter#initialization}
     * @param fragments its fragments, from {@link ContainerWriter#fragments}
     * @param discontinuity whether the format changed or time is missing since the previous object; ignored for the first
     */
    public void addObject(
            String uri, FragmentRange initialization, List<FragmentRange> fragments, boolean discontinuity) {
        throw new UnsupportedOperationException("soon");
    }

    /** Marks the playlist as complete. */
    public void end() {
        throw new UnsupportedOperationException("soon");
    }

    /** Returns the playlist's text. */
    public String text() {
        throw new UnsupportedOperationException("soon");
    }

    /**
     * Reads a playlist that {@link #text} wrote, to go on with it after a restart.
     *
     * @throws IllegalArgumentException when it is not one of ours
     */
    public static HlsPlaylist parse(String text) {
        throw new UnsupportedOperationException("soon");
    }

    /** Returns the URIs of the objects in order. */
    public List<String> objectUris() {
        throw new UnsupportedOperationException("soon");
    }
}
