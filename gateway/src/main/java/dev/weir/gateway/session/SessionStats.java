package dev.weir.gateway.session;

import dev.weir.gateway.egress.ViewerStats;
import dev.weir.gateway.ingest.PublisherStats;

/**
 * How media flows in a session; the half that does not apply is empty.
 *
 * @param publisher what is received of a publisher
 * @param viewer what is sent to a viewer
 */
public record SessionStats(PublisherStats publisher, ViewerStats viewer) {
    /** Nothing flows yet. */
    public static final SessionStats NONE = new SessionStats(PublisherStats.NONE, ViewerStats.NONE);
}
