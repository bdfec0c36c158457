package dev.weir.standalone.demo;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/**
 * What came out of the demo, counted at each end.
 *
 * @param stream stream id
 * @param epoch epoch of its publisher, -1 if the log holds none
 * @param published RTP packets that the publisher sent
 * @param relayed RTP packets that the viewer received
 * @param mirrored different RTP packets read back from Kafka
 * @param archived frames parsed back from the archived files: pictures and audio packets
 * @param lost {@link #lostInLog} + {@link #lostInArchive} + {@link #lostAtViewer}
 * @param gaps losses that the log declares
 * @param archive folder of the archived files
 * @param framesPublished pictures and audio packets that the publisher sent
 * @param keyframes keyframes in the archived files
 * @param durationMillis media time of the archived files
 * @param files archived media files
 * @param bytes their length
 * @param lostInLog packets published and not in the log
 * @param lostInArchive frames published and not in the archive
 * @param lostAtViewer packets that the viewer misses between its first and its last one
 * @param problem what kept the counts from being complete, empty if nothing did
 */
@JsonPropertyOrder({"published", "relayed", "mirrored", "archived", "lost", "gaps", "archive"})
public record DemoReport(
        String stream,
        long epoch,
        long published,
        long relayed,
        long mirrored,
        long archived,
        long lost,
        long gaps,
        String archive,
        long framesPublished,
        long keyframes,
        long durationMillis,
        int files,
        long bytes,
        long lostInLog,
        long lostInArchive,
        long lostAtViewer,
        String problem) {

    /** Returns whether nothing was lost and every count was taken to its end. */
    @JsonIgnore
    public boolean isComplete() {
        return lost == 0 && problem.isEmpty();
    }

    /** Returns the report as a sentence or two. */
    public String describe() {
        return published + " packets published, " + relayed + " relayed to the viewer, " + mirrored + " in Kafka; "
                + archived + " of " + framesPublished + " frames archived in " + archive + "; "
                + (lost == 0 ? "nothing lost" : lost + " lost")
                + (problem.isEmpty() ? "" : " (" + problem + ")");
    }
}
