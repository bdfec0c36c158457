package dev.weir.gateway.http;

/** What is done about a PATCH without an If-Match (RFC 9725 section 4.3.1). */
public enum Preconditions {
    /** 428, as the RFC says. */
    STRICT,
    /** Taken when its credentials are the session's: some clients never send one. */
    LENIENT
}
