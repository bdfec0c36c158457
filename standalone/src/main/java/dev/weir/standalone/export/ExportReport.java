package dev.weir.standalone.export;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What was written.
 *
 * @param output the file
 * @param stream the stream
 * @param epoch its epoch
 * @param durationMicros from the first to the end of the last frame or packet
 * @param bytes size of the file
 * @param unit what the tracks count, "frames" or "packets"
 * @param tracks its tracks
 * @param gaps declared and found gaps, of files with frames
 * @param missingPackets packets that are missing in them
 */
public record ExportReport(
        Path output,
        String stream,
        long epoch,
        long durationMicros,
        long bytes,
        String unit,
        List<Track> tracks,
        long gaps,
        long missingPackets) {

    /** Copies the list. */
    public ExportReport {
        tracks = List.copyOf(tracks);
    }

    /**
     * One track.
     *
     * @param name "video", "audio", with the layer behind a colon
     * @param what its codec and size, or its port
     * @param count frames or packets
     * @param keyframes keyframes, 0 for sound and packets
     * @param bytes media bytes, 0 for packets
     */
    public record Track(String name, String what, long count, long keyframes, long bytes) {}

    /** Returns one line for people. */
    public String text() {
        String content = tracks.stream()
                .map(track -> track.name() + " " + track.what() + " " + track.count() + " " + unit
                        + (track.keyframes() > 0 ? " (" + track.keyframes() + " keyframes)" : ""))
                .collect(Collectors.joining(", "));
        String loss = unit.equals("packets")
                ? ""
                : gaps == 0
                        ? ", no gaps"
                        : ", " + gaps + (gaps == 1 ? " gap" : " gaps") + " with " + missingPackets + " missing packets";
        return String.format(
                Locale.ROOT, "%s: %.1f s, %s%s, %.1f MB", output, durationMicros / 1e6, content, loss, bytes / 1e6);
    }

    /** Returns one JSON object. */
    public String json() {
        ObjectNode root = new ObjectMapper().createObjectNode();
        root.put("output", output.toString());
        root.put("stream", stream).put("epoch", epoch);
        root.put("durationMillis", durationMicros / 1_000).put("bytes", bytes);
        for (Track track : tracks) {
            ObjectNode node = root.withArray("tracks").addObject();
            node.put("id", track.name()).put("what", track.what()).put(unit, track.count());
            if (track.keyframes() > 0) {
                node.put("keyframes", track.keyframes());
            }
        }
        return root.put("gaps", gaps).put("missingPackets", missingPackets).toString();
    }
}
