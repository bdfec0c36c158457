package dev.weir.connector.archive;

import java.util.List;

/**
 * What the comparison of one epoch's archive with the log gave. Frames are counted over all tracks.
 *
 * @param epoch the epoch
 * @param ended whether it is complete in the log
 * @param cutShort whether its gateway died: what had arrived behind the last packet is not known, which the log or the
 *     manifest declares as a gap
 * @param complete whether the archive has marked its last object
 * @param packets packets that Kafka acknowledged and holds
 * @param acked frames that they make
 * @param archived frames that are in the archive as they are in the log
 * @param lost frames that should be and are not
 * @param duplicated frames that are there again
 * @param damaged frames that are there with other bytes
 * @param corrupt objects, manifests and playlists that are not what they should be
 * @param gaps gaps that the manifests declare
 * @param pending frames behind the last object of an epoch that the archive is not done with
 * @param unproven frames whose part of the log Kafka has deleted
 * @param missingBatches records that the log itself lacks
 * @param objects media objects
 * @param bytes their size
 * @param problems what is wrong, readable
 */
public record EpochVerdict(
        long epoch,
        boolean ended,
        boolean cutShort,
        boolean complete,
        long packets,
        long acked,
        long archived,
        long lost,
        long duplicated,
        long damaged,
        long corrupt,
        long gaps,
        long pending,
        long unproven,
        long missingBatches,
        long objects,
        long bytes,
        List<String> problems) {

    /** Copies the list. */
    public EpochVerdict {
        problems = List.copyOf(problems);
    }

    /** Returns whether nothing is lost, doubled or corrupt. */
    public boolean isProved() {
        return lost == 0 && duplicated == 0 && damaged == 0 && corrupt == 0 && missingBatches == 0;
    }

    /** Returns whether the archive still has to write what the log holds of an epoch that is over. */
    public boolean isBehind() {
        return ended && !complete;
    }
}
