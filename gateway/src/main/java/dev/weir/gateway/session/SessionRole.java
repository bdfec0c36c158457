package dev.weir.gateway.session;

import java.util.Locale;

/** Tells which way the media of a {@link Session} flows. */
public enum SessionRole {
    /** WHIP: the peer sends. */
    PUBLISHER,
    /** WHEP: the peer receives. */
    VIEWER;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
