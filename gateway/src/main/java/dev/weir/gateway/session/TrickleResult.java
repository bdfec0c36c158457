package dev.weir.gateway.session;

/** Tells what became of a trickle fragment. */
public enum TrickleResult {
    /** Candidates taken, unusable ones skipped: 204. */
    ACCEPTED,
    /** No such session: 404. */
    NO_SUCH_SESSION,
    /** The fragment does not parse: 400. */
    BAD_FRAGMENT,
    /** The fragment has other credentials, which is an ICE restart, and that is not supported: 422. */
    RESTART_UNSUPPORTED
}
