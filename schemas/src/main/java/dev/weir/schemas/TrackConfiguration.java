package dev.weir.schemas;

import java.util.List;

/**
 * Lists the tracks of a stream: the first entry of every epoch, repeated every few seconds, so that a reader can start
 * anywhere.
 *
 * @param tracks the tracks in order of their index
 */
public record TrackConfiguration(List<TrackInfo> tracks) implements LogEntry {

    /** Copies the list. */
    public TrackConfiguration {
        tracks = List.copyOf(tracks);
    }

    @Override
    public int maxEncodedBytes() {
        int size = 16;
        for (TrackInfo track : tracks) {
            size += track.maxEncodedBytes();
        }
        return size;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.trackConfiguration(this);
    }
}
