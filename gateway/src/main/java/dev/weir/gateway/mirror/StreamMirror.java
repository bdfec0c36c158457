package dev.weir.gateway.mirror;

import dev.weir.gateway.relay.RelayPacket;
import dev.weir.gateway.relay.RelayTrack;
import dev.weir.gateway.relay.Subscriber;
import dev.weir.schemas.Gap;
import dev.weir.schemas.LogEntry;
import dev.weir.schemas.SenderReport;
import dev.weir.webrtc.rtp.MediaKind;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;

/**
 * Receives one epoch of one stream from the relay and queues it for the mirror thread. Runs on the publisher's thread
 * and never waits: without room it leaves packets out up to the next keyframe and queues a {@link Gap} in their place.
 */
final class StreamMirror implements Subscriber {
    private final String streamId;
    private final Runnable requestKeyframe;
    private final IntSupplier viewers;
    private final MirrorBuffer buffer;
    private final MirrorCounters counters;
    private final InstantSource clock;
    private final long keyframeIntervalNanos;
    private final MirrorQueue<Queued> queue = new MirrorQueue<>();

    private volatile long epoch;
    private boolean video;
    private boolean leavingOut;
    private boolean keyframeAsked;
    private long leftOut;
    private long leftOutFromMicros;
    private long leftOutToMicros;
    /** The latest of each track and layer: they hold no room of the buffer, so only these may wait. */
    private final Map<String, SenderReport> reportsLeftOut = new LinkedHashMap<>();

    private long keyframeWantedSinceNanos = Long.MIN_VALUE;

    StreamMirror(
            String streamId,
            Runnable requestKeyframe,
            IntSupplier viewers,
            MirrorConfig config,
            MirrorBuffer buffer,
            MirrorCounters counters,
            InstantSource clock) {
        this.streamId = streamId;
        this.requestKeyframe = requestKeyframe;
        this.viewers = viewers;
        this.buffer = buffer;
        this.counters = counters;
        this.clock = clock;
        this.keyframeIntervalNanos = config.keyframeInterval().toNanos();
    }

    /** What crosses to the mirror thread, in order. */
    sealed interface Queued {}

    /** A packet and the bytes it holds of the buffer. */
    record QueuedPacket(RelayPacket packet, int reservedBytes) implements Queued {}

    /** The tracks, at the start of the epoch and when a codec changed. */
    record QueuedTracks(long epoch, List<RelayTrack> tracks, long arrivalMicros) implements Queued {}

    /** An entry that is not a packet. */
    record QueuedEntry(long epoch, LogEntry entry, long arrivalMicros) implements Queued {}

    /** The end of the epoch. */
    record QueuedEnd(long epoch, String reason, long arrivalMicros) implements Queued {}

    String streamId() {
        return streamId;
    }

    /** Returns the epoch, 0 before it begins; any thread. */
    long epoch() {
        return epoch;
    }

    /** Returns how many viewers the stream has; any thread. */
    IntSupplier viewers() {
        return viewers;
    }

    /** Returns what the mirror thread takes from. */
    MirrorQueue<Queued> queue() {
        return queue;
    }

    @Override
    public boolean offer(RelayPacket packet) {
        counters.packetsOffered.increment();
        wantKeyframes(packet);
        int cost = packet.heldBytes() + MirrorBuffer.PACKET_OVERHEAD_BYTES;
        if ((leavingOut && !mayGoOn(packet)) || !buffer.reserve(cost)) {
            leaveOut(packet);
            return false;
        }
        if (leavingOut) {
            declareGap(packet.epoch());
        }
        queue.add(new QueuedPacket(packet, cost));
        return true;
    }

    private boolean mayGoOn(RelayPacket packet) {
        if (!buffer.hasRoomAgain()) {
            return false;
        }
        boolean entry = !video || (packet.keyframeStart() && packet.mediaKind() == MediaKind.VIDEO);
        if (!entry && !keyframeAsked) {
            keyframeAsked = true;
            requestKeyframe.run();
        }
        return entry;
    }

    private void leaveOut(RelayPacket packet) {
        if (!leavingOut) {
            leavingOut = true;
            keyframeAsked = false;
            leftOut = 0;
            leftOutFromMicros = packet.arrivalMicros();
        }
        leftOut++;
        leftOutToMicros = packet.arrivalMicros();
        counters.packetsDropped.increment();
    }

    private void declareGap(long epoch) {
        leavingOut = false;
        Gap gap = new Gap(-1, leftOutFromMicros, leftOutToMicros, leftOut, "mirror-buffer-full");
        queue.add(new QueuedEntry(epoch, gap, leftOutFromMicros));
        reportsLeftOut.values().forEach(report -> queue.add(new QueuedEntry(epoch, report, report.arrivalMicros())));
        reportsLeftOut.clear();
    }

    /** The log can be cut and joined at keyframes only, and many publishers send none unless asked. */
    private void wantKeyframes(RelayPacket packet) {
        if (packet.mediaKind() != MediaKind.VIDEO || keyframeIntervalNanos == 0) {
            return;
        }
        long nowNanos = packet.arrivalNanos();
        if (packet.keyframeStart() || keyframeWantedSinceNanos == Long.MIN_VALUE) {
            keyframeWantedSinceNanos = nowNanos;
        } else if (nowNanos - keyframeWantedSinceNanos >= keyframeIntervalNanos) {
            keyframeWantedSinceNanos = nowNanos;
            requestKeyframe.run();
        }
    }

    @Override
    public void onTracks(long epoch, List<RelayTrack> tracks) {
        this.epoch = epoch;
        video = false;
        for (RelayTrack track : tracks) {
            video |= track.kind() == MediaKind.VIDEO;
        }
        queue.add(new QueuedTracks(epoch, tracks, nowMicros()));
    }

    @Override
    public void onSenderReport(
            long epoch, int trackIndex, String rid, long ntpTimestamp, long extendedRtpTimestamp, long arrivalMicros) {
        SenderReport report = new SenderReport(trackIndex, rid, ntpTimestamp, extendedRtpTimestamp, arrivalMicros);
        if (leavingOut) {
            reportsLeftOut.put(trackIndex + rid, report);
        } else {
            queue.add(new QueuedEntry(epoch, report, arrivalMicros));
        }
    }

    @Override
    public void onEnd(long epoch, String reason) {
        if (leavingOut) {
            declareGap(epoch);
        }
        queue.add(new QueuedEnd(epoch, reason, nowMicros()));
    }

    private long nowMicros() {
        return microsOf(clock);
    }

    /** Returns the wall clock in microseconds since 1970. */
    static long microsOf(InstantSource clock) {
        var now = clock.instant();
        return now.getEpochSecond() * 1_000_000 + now.getNano() / 1000;
    }
}
