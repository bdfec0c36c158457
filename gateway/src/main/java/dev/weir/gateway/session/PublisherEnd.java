package dev.weir.gateway.session;

import dev.weir.gateway.egress.ViewerStats;
import dev.weir.gateway.ingest.Ingest;
import dev.weir.gateway.metrics.Meter;
import dev.weir.gateway.metrics.Meters;
import dev.weir.gateway.relay.MediaRelay;
import dev.weir.gateway.relay.Publication;
import dev.weir.gateway.relay.Publisher;
import dev.weir.gateway.relay.RelayTrack;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The publisher's side of a session: what comes goes to the ingest. On the session's loop. */
final class PublisherEnd implements MediaEnd {
    private static final Logger LOG = LoggerFactory.getLogger(PublisherEnd.class);
    private static final long TELL_NANOS = 10_000_000_000L;

    private final Session session;
    private final MediaRelay relay;
    private final Publication publication;
    private final Supplier<Ingest> making;
    private final SessionEvents events;
    private final ReceiveCap cap;
    private final Meters meters;
    private long excess;
    private long toldNanos;
    private Rest rest = new Rest(() -> {}, 0);
    /** From the connection on: who only asks for a session shall cost little. */
    private volatile @Nullable Ingest ingest;

    PublisherEnd(
            Session session,
            MediaRelay relay,
            Publication publication,
            Supplier<Ingest> making,
            SessionEvents events,
            ReceiveCap cap,
            Meters meters) {
        this.session = session;
        this.relay = relay;
        this.publication = publication;
        this.making = making;
        this.events = events;
        this.cap = cap;
        this.meters = meters;
    }

    /** Takes the stream over now, when another one held it at the time of the offer. */
    @Override
    public Optional<EndReason> onConnected(long nowNanos, Runnable wake) {
        rest = new Rest(wake, nowNanos);
        toldNanos = nowNanos - TELL_NANOS;
        if (!publication.holds() && !relay.takeOver(publication, this::superseded)) {
            return Optional.of(EndReason.SUPERSEDED);
        }
        Ingest made = making.get();
        ingest = made;
        made.onConnected();
        return Optional.empty();
    }

    private void superseded(Publisher former) {
        if (former instanceof Session holder) {
            events.onTakeover(holder, session);
        }
    }

    @Override
    public void onRtp(ByteBuffer packet, long nowNanos) {
        Ingest connected = ingest;
        if (connected != null && isWithinCap(packet, nowNanos)) {
            rest.onActivity(nowNanos);
            connected.onRtp(packet, nowNanos);
        }
    }

    @Override
    public void onRtcp(ByteBuffer compound, long nowNanos) {
        Ingest connected = ingest;
        if (connected != null && isWithinCap(compound, nowNanos)) {
            connected.onRtcp(compound, nowNanos);
        }
    }

    private boolean isWithinCap(ByteBuffer packet, long nowNanos) {
        if (cap.admits(packet.remaining(), nowNanos)) {
            return true;
        }
        excess++;
        meters.increment(Meter.RTP_PACKETS_EXCESS);
        return false;
    }

    @Override
    public long tickNanos(long nowNanos) {
        Ingest connected = ingest;
        boolean waits = connected != null && connected.awaitsPackets();
        return !waits && rest.begins(nowNanos) ? QUIET_TICK_NANOS : Ingest.TICK_NANOS;
    }

    @Override
    public void onTick(long nowNanos) {
        Ingest connected = ingest;
        if (connected != null) {
            connected.onTick(nowNanos);
        }
        if (excess > 0 && nowNanos - toldNanos >= TELL_NANOS) {
            LOG.warn(
                    "session={} stream={} sends more than the cap, dropped={}",
                    session.id().substring(0, 8),
                    session.streamId(),
                    excess);
            excess = 0;
            toldNanos = nowNanos;
        }
    }

    @Override
    public void onClosing(long nowNanos) {
        Ingest connected = ingest;
        if (connected != null) {
            connected.bye(nowNanos);
        }
    }

    @Override
    public void requestKeyframe(int trackIndex, String rid, long nowNanos) {
        Ingest connected = ingest;
        if (connected != null) {
            rest.onActivity(nowNanos);
            connected.requestKeyframe(trackIndex, rid, nowNanos);
        }
    }

    @Override
    public SessionStats stats() {
        Ingest connected = ingest;
        return connected == null ? SessionStats.NONE : new SessionStats(connected.stats(), ViewerStats.NONE);
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
