package dev.weir.gateway.session;

/**
 * What became of a PATCH with a trickle fragment (RFC 9725 section 4.3).
 *
 * @param outcome what to answer
 * @param fragment our side of the new ICE session as {@code application/trickle-ice-sdpfrag}; empty unless RESTARTED
 * @param etag entity tag of the ICE session that is in force now, with its quotes; empty when UNKNOWN
 * @param detail a sentence for the user when it was not done; else empty
 */
public record PatchResult(Outcome outcome, String fragment, String etag, String detail) {
    /** Lists what a client can tell apart. */
    public enum Outcome {
        /** Candidates taken, unusable ones skipped: 204, no entity tag. */
        TRICKLED,
        /** A new ICE session is being tried, the old one carries media until then: 200 with body and entity tag. */
        RESTARTED,
        /** The condition names an ICE session that is no more: 412. */
        STALE,
        /** The condition is missing: 428. */
        PRECONDITION_REQUIRED,
        /** The fragment does not parse: 400. */
        BAD_FRAGMENT,
        /** It is not done here, and the session goes on as before: 422. */
        REFUSED,
        /** Neither trickling nor restarts are on: 405. */
        NOT_ALLOWED,
        /** No such session, or not this caller's: 404. */
        UNKNOWN
    }

    static final PatchResult UNKNOWN = new PatchResult(Outcome.UNKNOWN, "", "", "");

    static PatchResult trickled(String etag) {
        return new PatchResult(Outcome.TRICKLED, "", etag, "");
    }

    static PatchResult restarted(String fragment, String etag) {
        return new PatchResult(Outcome.RESTARTED, fragment, etag, "");
    }

    static PatchResult not(Outcome outcome, String etag, String detail) {
        return new PatchResult(outcome, "", etag, detail);
    }
}
