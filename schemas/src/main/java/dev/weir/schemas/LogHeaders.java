package dev.weir.schemas;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Names the Kafka record headers of {@link Topics#MEDIA}, so that a filter needs no decoding. All values are UTF-8
 * text, numbers in decimal.
 */
public final class LogHeaders {
    /** Stream id, equal to the record key. */
    public static final String STREAM = "weir-stream";

    /** Epoch of the stream's publisher. */
    public static final String EPOCH = "weir-epoch";

    /** Number of the batch within the epoch. */
    public static final String BATCH = "weir-batch";

    /** "1" when the batch holds the first packet of a video keyframe; absent otherwise. */
    public static final String KEY_FRAME = "weir-keyframe";

    /** "1" when the batch ends the epoch ({@link EndOfStream}); absent otherwise. */
    public static final String END = "weir-end";

    /**
     * Key of the archived object from which {@code weir archive restore} put the record back; absent otherwise. The object's
     * manifest tells where the record stood before.
     */
    public static final String RESTORED = "weir-restored";

    private static final String YES = "1";

    private LogHeaders() {}

    /** Returns the headers of a batch's record, in order. */
    public static Map<String, byte[]> of(RelayBatch batch) {
        Map<String, byte[]> headers = new LinkedHashMap<>();
        headers.put(STREAM, batch.streamId().getBytes(UTF_8));
        headers.put(EPOCH, Long.toString(batch.epoch()).getBytes(UTF_8));
        headers.put(BATCH, Long.toString(batch.batchNumber()).getBytes(UTF_8));
        if (batch.startsKeyframe()) {
            headers.put(KEY_FRAME, YES.getBytes(UTF_8));
        }
        if (batch.ends()) {
            headers.put(END, YES.getBytes(UTF_8));
        }
        return headers;
    }
}
