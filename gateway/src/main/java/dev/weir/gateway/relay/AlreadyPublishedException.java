package dev.weir.gateway.relay;

/** Says that a stream has a publisher that is alive, so no second one may take it. */
public final class AlreadyPublishedException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Names the stream. */
    public AlreadyPublishedException(String streamId) {
        super("stream " + streamId + " is being published already");
    }
}
