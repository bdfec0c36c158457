package dev.weir.schemas;

/** Names the Kafka topics of Weir; the version suffix changes only with an incompatible record format. */
public final class Topics {
    /** Batches of RTP packets ({@link RelayBatch}); key = stream id. */
    public static final String MEDIA = "weir.media.v1";

    /** One small record per frame, without payload. */
    public static final String FRAMES = "weir.frames.v1";

    /** Life-cycle events of publisher and viewer sessions. */
    public static final String SESSIONS = "weir.sessions.v1";

    /** Interval statistics of sessions. */
    public static final String STATS = "weir.stats.v1";

    /** Compacted catalogue of streams. */
    public static final String STREAMS = "weir.streams.v1";

    /** One record per committed archive object. */
    public static final String ARCHIVE = "weir.archive.v1";

    /** Compacted catalogue of the targets of restreaming; key = stream id, slash, name of the target. */
    public static final String RESTREAM = "weir.restream.v1";

    private Topics() {}
}
