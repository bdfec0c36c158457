package dev.weir.gateway.http;

import dev.weir.gateway.relay.MediaRelay;
import dev.weir.gateway.relay.RelayTrack;
import dev.weir.gateway.relay.StreamRelay;
import dev.weir.gateway.relay.StreamStats;
import io.undertow.server.HttpServerExchange;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** {@code GET /streams} and {@code GET /streams/{id}}: what is live, and how it goes. */
final class StreamsHandler {
    private final MediaRelay relay;

    StreamsHandler(MediaRelay relay) {
        this.relay = relay;
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
            long keyframes) {

        static StreamView of(StreamRelay stream) {
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
                    stats.keyframes());
        }
    }

    void list(HttpServerExchange exchange) {
        List<StreamView> live = relay.streams().stream()
                .filter(StreamRelay::isLive)
                .map(StreamView::of)
                .toList();
        Json.send(exchange, 200, "application/json", new Streams(live));
    }

    void one(HttpServerExchange exchange, String streamId) {
        Optional<StreamRelay> stream = relay.find(streamId);
        if (stream.isPresent()) {
            Json.send(exchange, 200, "application/json", StreamView.of(stream.get()));
        } else {
            Problem.NO_SUCH_STREAM.send(exchange, "There is no stream of this name now.");
        }
    }
}
