package dev.weir.gateway.access;

import dev.weir.gateway.session.Caller;

/** Tells what became of a request's credentials. */
public sealed interface Identity {

    /** They name somebody, or there are none. */
    record Known(Caller caller) implements Identity {}

    /** They are expired, forged, unknown: 401. The reason is fit for the client. */
    record Refused(String reason) implements Identity {}

    /** Who could tell cannot be reached: 503, never a yes. The reason is fit for the client. */
    record Unavailable(String reason) implements Identity {}
}
