package dev.weir.schemas;

import java.util.List;

/**
 * Tells what a reader needs to begin here: the first entry of every epoch, repeated every few seconds.
 *
 * @param tracks the tracks in order of their index
 * @param senderReports the latest report of each track and layer, which stands in the log before too, with its own arrival;
 *     only for readers that begin here
 */
public record TrackConfiguration(List<TrackInfo> tracks, List<SenderReport> senderReports) implements LogEntry {

    /** Copies the lists. */
    public TrackConfiguration {
        tracks = List.copyOf(tracks);
        senderReports = List.copyOf(senderReports);
    }

    /** Lists tracks of which no sender report has come yet. */
    public TrackConfiguration(List<TrackInfo> tracks) {
        this(tracks, List.of());
    }

    @Override
    public int maxEncodedBytes() {
        int size = 16;
        for (TrackInfo track : tracks) {
            size += track.maxEncodedBytes();
        }
        for (SenderReport report : senderReports) {
            size += report.maxEncodedBytes();
        }
        return size;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.trackConfiguration(this);
    }
}
