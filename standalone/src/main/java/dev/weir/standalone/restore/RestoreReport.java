package dev.weir.standalone.restore;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/**
 * What was put back.
 *
 * @param stream the stream
 * @param topic where its records are now
 * @param partition in which partition
 * @param objects objects of the archive that were read
 * @param restored records that were written and read back, the same
 * @param bytes size of their values
 * @param present records that the topic held before
 * @param missing records of which the archive has no copy, between those that it has
 */
public record RestoreReport(
        String stream,
        String topic,
        int partition,
        long objects,
        long restored,
        long bytes,
        long present,
        long missing) {

    /** Returns one line for people. */
    public String text() {
        return String.format(
                Locale.ROOT,
                "%s: %d records (%.1f MB) of %d objects are in %s, partition %d, read back the same; %d were there before%s",
                stream,
                restored,
                bytes / 1e6,
                objects,
                topic,
                partition,
                present,
                missing > 0 ? "; the archive has no copy of " + missing + " between them" : "");
    }

    /** Returns one JSON object. */
    public String json() {
        ObjectNode root = new ObjectMapper().createObjectNode();
        root.put("stream", stream).put("topic", topic).put("partition", partition);
        root.put("objects", objects).put("restored", restored).put("bytes", bytes);
        return root.put("present", present).put("missing", missing).toString();
    }
}
