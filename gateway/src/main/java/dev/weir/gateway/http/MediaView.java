package dev.weir.gateway.http;

import dev.weir.gateway.egress.ViewerStats;
import dev.weir.gateway.ingest.PublisherStats;
import dev.weir.gateway.relay.LayerFlow;
import dev.weir.gateway.relay.StreamRelay;
import dev.weir.gateway.session.Session;
import dev.weir.gateway.session.SessionRole;
import java.util.List;

/**
 * How the media of one stream flows: its layers, what is received, what each viewer is sent. Names and units are those of
 * WebRTC's statistics.
 *
 * @param layers layers that come now
 * @param inbound what is received of the publisher, one entry per SSRC
 * @param outbound what viewers are sent, the newest {@link #MOST_VIEWERS} of them
 */
record MediaView(List<LayerFlow> layers, List<PublisherStats.Inbound> inbound, List<Viewer> outbound) {
    /** An answer must not grow with the audience. */
    private static final int MOST_VIEWERS = 100;

    static final MediaView NONE = new MediaView(List.of(), List.of(), List.of());

    /** One viewer, by the id under which its session is told publicly. */
    record Viewer(String session, ViewerStats stats) {}

    static MediaView of(StreamRelay stream, List<Session> sessions, long nowNanos) {
        List<Session> ours = sessions.stream()
                .filter(session -> session.streamId().equals(stream.id()))
                .toList();
        return new MediaView(
                stream.flows(nowNanos),
                ours.stream()
                        .filter(session -> session.role() == SessionRole.PUBLISHER)
                        .flatMap(session -> session.stats().publisher().inbound().stream())
                        .toList(),
                ours.stream()
                        .filter(session -> session.role() == SessionRole.VIEWER)
                        .sorted((one, other) -> other.createdAt().compareTo(one.createdAt()))
                        .limit(MOST_VIEWERS)
                        .map(session ->
                                new Viewer(session.publicId(), session.stats().viewer()))
                        .toList());
    }
}
