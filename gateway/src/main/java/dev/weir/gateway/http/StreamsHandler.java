package dev.weir.gateway.http;

import dev.weir.gateway.relay.MediaRelay;
import dev.weir.gateway.relay.RelayTrack;
import dev.weir.gateway.relay.StreamRelay;
import dev.weir.gateway.relay.StreamStats;
import dev.weir.gateway.session.EndedSession;
import dev.weir.gateway.session.Permission;
import dev.weir.gateway.session.SessionEnd;
import dev.weir.gateway.session.Sessions;
import io.undertow.server.HttpServerExchange;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** {@code GET /streams} and {@code GET /streams/{id}}: what is live, and how it goes. */
final class StreamsHandler {
    private final MediaRelay relay;
    private final Sessions sessions;
    private final Function<String, List<TargetView>> targets;

    StreamsHandler(MediaRelay relay, Sessions sessions, Function<String, List<TargetView>> targets) {
        this.relay = relay;
        this.sessions = sessions;
        this.targets = targets;
    }

    private record Streams(List<StreamView> streams) {}

    private record TrackView(
            int index,
            String trackId,
            String kind,
            String codec,
            int clockRateHz,
            int channels,
            String fmtp,
            List<String> rids) {

        static TrackView of(RelayTrack track) {
            return new TrackView(
                    track.index(),
                    track.trackId(),
                    track.kind().name().toLowerCase(Locale.ROOT),
                    track.format().encodingName().toUpperCase(Locale.ROOT),
                    track.format().clockRateHz(),
                    track.format().channels(),
                    track.format().fmtp(),
                    track.rids());
        }
    }

    /** How a past session of the stream ended. */
    private record EndView(
            String session,
            String role,
            String reason,
            String detail,
            String at,
            double lifeSeconds,
            double connectedSeconds,
            long packets,
            long bytes,
            long packetsLost,
            List<String> codecs,
            String peer,
            List<String> offered,
            List<String> candidates,
            long checksReceived,
            long checksRefused) {

        static EndView of(EndedSession ended) {
            SessionEnd end = ended.end();
            return new EndView(
                    ended.publicId(),
                    ended.role().toString(),
                    end.reason().code(),
                    end.detail(),
                    end.at().toString(),
                    end.lived().toMillis() / 1_000.0,
                    end.connected().toMillis() / 1_000.0,
                    end.packets(),
                    end.bytes(),
                    end.packetsLost(),
                    end.codecs(),
                    end.peer(),
                    end.offered(),
                    end.candidates(),
                    end.checksReceived(),
                    end.checksRefused());
        }
    }

    private record StreamView(
            String id,
            boolean live,
            long epoch,
            List<String> codecs,
            List<TrackView> tracks,
            int viewers,
            int subscriberCount,
            long bitrateBps,
            double loss,
            long packetsReceived,
            long bytesReceived,
            long packetsForwarded,
            long bytesForwarded,
            long packetsLost,
            long packetsDropped,
            long keyframes,
            MediaView media,
            List<EndView> recentEnds,
            List<TargetView> targets) {

        /** A stream that is not there; only its past sessions are told. */
        static StreamView gone(String id, List<EndView> ends, List<TargetView> targets) {
            return new StreamView(
                    id, false, 0, List.of(), List.of(), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, MediaView.NONE, ends, targets);
        }

        static StreamView of(StreamRelay stream, MediaView media, List<EndView> ends, List<TargetView> targets) {
            StreamStats stats = stream.stats();
            List<TrackView> tracks = stream.tracks().stream().map(TrackView::of).toList();
            long expected = stats.packetsReceived() + stats.packetsLost();
            return new StreamView(
                    stream.id(),
                    stats.live(),
                    stats.epoch(),
                    tracks.stream().map(TrackView::codec).distinct().toList(),
                    tracks,
                    stats.subscriberCount(),
                    stats.subscriberCount(),
                    stats.bitrateBps(),
                    expected == 0 ? 0 : (double) stats.packetsLost() / expected,
                    stats.packetsReceived(),
                    stats.bytesReceived(),
                    stats.packetsForwarded(),
                    stats.bytesForwarded(),
                    stats.packetsLost(),
                    stats.packetsDropped(),
                    stats.keyframes(),
                    media,
                    ends,
                    targets);
        }
    }

    private List<EndView> ends(String streamId) {
        return sessions.recentEnds(streamId).stream().map(EndView::of).toList();
    }

    void list(HttpServerExchange exchange) {
        List<StreamView> live = relay.streams().stream()
                .filter(StreamRelay::isLive)
                .filter(stream -> Callers.of(exchange).may(Permission.LIST, stream.id()))
                .map(stream -> StreamView.of(stream, MediaView.NONE, ends(stream.id()), targets.apply(stream.id())))
                .toList();
        Json.send(exchange, 200, "application/json", new Streams(live));
    }

    void one(HttpServerExchange exchange, String streamId) {
        Optional<StreamRelay> stream = relay.find(streamId);
        List<EndView> ends = ends(streamId);
        if (stream.isPresent()) {
            MediaView media = MediaView.of(stream.get(), sessions.sessions(), System.nanoTime());
            Json.send(
                    exchange,
                    200,
                    "application/json",
                    StreamView.of(stream.get(), media, ends, targets.apply(streamId)));
        } else if (!ends.isEmpty()) {
            Json.send(exchange, 200, "application/json", StreamView.gone(streamId, ends, targets.apply(streamId)));
        } else {
            Problem.NO_SUCH_STREAM.send(exchange, "There is no stream of this name now.");
        }
    }
}
