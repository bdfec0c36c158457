package dev.weir.gateway.session;

import dev.weir.gateway.ingest.Ingest;
import dev.weir.gateway.relay.MediaRelay;
import dev.weir.gateway.relay.Publication;
import dev.weir.gateway.relay.RelayTrack;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** The publisher's side of a session: what comes goes to the ingest. On the session's loop. */
final class PublisherEnd implements MediaEnd {
    private final Session session;
    private final MediaRelay relay;
    private final Publication publication;
    private final Ingest ingest;
    private final long stallNanos;
    private long lastRtpNanos;

    /** Ends the session when no RTP comes for {@code stallTimeout}, though the peer is there. */
    PublisherEnd(Session session, MediaRelay relay, Publication publication, Ingest ingest, Duration stallTimeout) {
        this.session = session;
        this.relay = relay;
        this.publication = publication;
        this.ingest = ingest;
        this.stallNanos = stallTimeout.toNanos();
    }

    @Override
    public boolean onConnected(long nowNanos) {
        lastRtpNanos = nowNanos;
        ingest.onConnected();
        return true;
    }

    @Override
    public void onRtp(ByteBuffer packet, long nowNanos) {
        lastRtpNanos = nowNanos;
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
        if (nowNanos - lastRtpNanos >= stallNanos) {
            session.close(
                    EndReason.STALLED, "no media for " + stallNanos / 1_000_000_000L + " s, though the peer is there");
        }
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
