package dev.weir.schemas;

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

    private LogHeaders() {}
}
