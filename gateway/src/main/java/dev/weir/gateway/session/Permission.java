package dev.weir.gateway.session;

import java.util.Locale;

/** Lists what a {@link Caller} can be allowed. */
public enum Permission {
    /** Send media into a stream. */
    PUBLISH,
    /** Receive a stream. */
    VIEW,
    /** See that a stream exists, and its statistics. */
    LIST,
    /** See the whole gateway, and end sessions of others. */
    ADMIN,
    /** Take a stream over from a publisher that somebody else made. */
    TAKEOVER;

    /** Returns the word that tokens use. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
