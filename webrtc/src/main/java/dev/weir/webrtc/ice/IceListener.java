package dev.weir.webrtc.ice;

/** Hears from an agent, on its loop. */
public interface IceListener {
    /**
     * Asks whether {@code path} may carry this session, after a check on it was authenticated for the first time. False =
     * another session owns it; the path is not used then.
     */
    boolean onValidated(FiveTuple path);

    /** {@code path} was given up. */
    void onForgotten(FiveTuple path);

    /** Media and DTLS go to {@code path} from now on. */
    void onSelected(FiveTuple path, long nowNanos);

    /** Consent to send has expired on every path (RFC 7675 section 5.1). */
    void onConsentExpired(long nowNanos);

    /** The peer took its consent back by an authenticated 403 (RFC 7675 section 5.2). */
    void onConsentRevoked(long nowNanos);
}
