package dev.weir.gateway.session;

import dev.weir.gateway.ingest.Ingest;
import dev.weir.gateway.relay.MediaRelay;
import dev.weir.gateway.relay.Publication;
import dev.weir.gateway.relay.Publisher;
import dev.weir.gateway.relay.RelayTrack;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The publisher's side of a session: what comes goes to the ingest. On the session's loop. */
final class PublisherEnd implements MediaEnd {
    private final Session session;
    private final MediaRelay relay;
    private final Publication publication;
    private final Ingest ingest;
    private final SessionEvents events;

    PublisherEnd(Session session, MediaRelay relay, Publication publication, Ingest ingest, SessionEvents events) {
        this.session = session;
        this.relay = relay;
        this.publication = publication;
        this.ingest = ingest;
        this.events = events;
    }

    /** Takes the stream over now, when another one held it at the time of the offer. */
    @Override
    public Optional<EndReason> onConnected(long nowNanos) {
        if (!publication.holds() && !relay.takeOver(publication, this::superseded)) {
            return Optional.of(EndReason.SUPERSEDED);
        }
        ingest.onConnected();
        return Optional.empty();
    }

    private void superseded(Publisher former) {
        if (former instanceof Session holder) {
            events.onTakeover(holder, session);
        }
    }

    @Override
    public void onRtp(ByteBuffer packet, long nowNanos) {
        ingest.onRtp(packet, nowNanos);
    }

    @Override
    public void onRtcp(ByteBuffer compound, long nowNanos) {
        ingest.onRtcp(compound, nowNanos);
    }

    @Override
    public long tickNanos() {
        return Ingest.TICK_NANOS;
    }

    @Override
    public void onTick(long nowNanos) {
        ingest.onTick(nowNanos);
    }

    @Override
    public void onClosing(long nowNanos) {
        ingest.bye(nowNanos);
    }

    @Override
    public void requestKeyframe(int trackIndex, String rid, long nowNanos) {
        ingest.requestKeyframe(trackIndex, rid, nowNanos);
    }

    @Override
    public Traffic traffic() {
        return new Traffic(
                publication.packets(),
                publication.bytes(),
                publication.packetsLost(),
                codecsOf(publication.tracks()),
                publication.epoch());
    }

    /** Names the codecs of {@code tracks}, each once. */
    static List<String> codecsOf(List<RelayTrack> tracks) {
        return tracks.stream()
                .map(track -> track.format().encodingName().toUpperCase(Locale.ROOT))
                .distinct()
                .toList();
    }

    @Override
    public void onClosed(String reason, long nowNanos) {
        relay.endPublication(publication, reason);
    }
}
