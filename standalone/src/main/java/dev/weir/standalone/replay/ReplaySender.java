package dev.weir.standalone.replay;

import dev.weir.schemas.LogEntry;
import dev.weir.schemas.LogPacket;
import dev.weir.schemas.SenderReport;
import dev.weir.schemas.TrackInfo;
import dev.weir.standalone.journal.LogReader;
import dev.weir.standalone.journal.LogRecord;
import dev.weir.standalone.process.StartFailure;
import dev.weir.standalone.replay.ReplayReport.Track;
import dev.weir.webrtc.client.WhipClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Sends packets of the log when they are due, as far apart as they arrived. One thread. */
final class ReplaySender {
    private static final long SECONDS_1900_TO_1970 = 2_208_988_800L;

    private final WhipClient client;
    private final ReplayPlan plan;
    private final double speed;
    private final BooleanSupplier closed;
    private final LogReader.Progress progress;
    private final Map<Integer, Outgoing> tracks = new TreeMap<>();
    private final long startMicros;
    private final long startNanos = System.nanoTime();
    private final long startWallMicros = System.currentTimeMillis() * 1_000;
    private long doneMicros;

    /** One track on its way. */
    private static final class Outgoing {
        private final int number;
        private final TrackInfo info;
        private final String rid;
        private long firstTimestamp;
        private long lowest = Long.MAX_VALUE;
        private long highest = Long.MIN_VALUE;
        private long packets;
        private long dropped;

        Outgoing(int number, TrackInfo info, String rid) {
            this.number = number;
            this.info = info;
            this.rid = rid;
        }

        boolean hasBegun() {
            return packets + dropped > 0;
        }

        void note(LogPacket packet) {
            if (!hasBegun()) {
                firstTimestamp = packet.extendedTimestamp();
            }
            lowest = Math.min(lowest, packet.extendedSequence());
            highest = Math.max(highest, packet.extendedSequence());
        }

        Track report() {
            String name = rid.isEmpty() ? info.trackId() : info.trackId() + ":" + rid;
            long missing = hasBegun() ? highest - lowest + 1 - packets - dropped : 0;
            return new Track(name, info.encodingName(), packets, dropped, Math.max(0, missing));
        }
    }

    /**
     * Starts the clock.
     *
     * @param tracks in the order of the offer
     * @param closed tells that the server has ended the session
     */
    ReplaySender(
            WhipClient client,
            ReplayPlan plan,
            List<TrackInfo> tracks,
            double speed,
            BooleanSupplier closed,
            LogReader.Progress progress)
            throws StartFailure {
        this.client = client;
        this.plan = plan;
        this.speed = speed;
        this.closed = closed;
        this.progress = progress;
        this.startMicros = plan.startMicros();
        for (TrackInfo track : tracks) {
            int number = this.tracks.size();
            if (!client.isAccepted(number)) {
                throw new StartFailure("the server does not take " + track.encodingName());
            }
            this.tracks.put(track.trackIndex(), new Outgoing(number, track, plan.rid(track.trackIndex())));
        }
    }

    /** Sends what {@code record} holds; false = there is no use in more. */
    boolean add(LogRecord record) {
        for (LogEntry entry : record.batch().entries()) {
            if (closed.getAsBoolean() || Thread.currentThread().isInterrupted()) {
                return false;
            }
            if (entry instanceof LogPacket packet) {
                Outgoing track = tracks.get(packet.trackIndex());
                if (track != null && track.rid.equals(packet.rid()) && packet.arrivalMicros() >= startMicros) {
                    send(track, packet);
                }
            } else if (entry instanceof SenderReport report) {
                Outgoing track = tracks.get(report.trackIndex());
                if (track != null && track.rid.equals(report.rid()) && track.hasBegun()) {
                    report(track, report);
                }
            }
        }
        return true;
    }

    private void send(Outgoing track, LogPacket packet) {
        awaitDue(packet.arrivalMicros());
        boolean begins = !track.hasBegun();
        track.note(packet);
        long timestamp = scaled(packet.extendedTimestamp(), track.firstTimestamp);
        if (client.send(track.number, packet.payload(), packet.marker(), timestamp, packet.extendedSequence())) {
            track.packets++;
        } else {
            track.dropped++;
        }
        if (begins) {
            plan.reportBefore(packet.trackIndex())
                    .filter(report -> report.rid().equals(track.rid))
                    .ifPresent(report -> report(track, report));
        }
    }

    private void awaitDue(long arrivalMicros) {
        doneMicros = Math.max(doneMicros, arrivalMicros - startMicros);
        progress.at(doneMicros / 1_000, (plan.lastMicros() - startMicros) / 1_000);
        long dueNanos = startNanos + (long) (doneMicros * 1_000 / speed);
        for (long left = dueNanos - System.nanoTime(); left > 0; left = dueNanos - System.nanoTime()) {
            LockSupport.parkNanos(left);
            if (closed.getAsBoolean() || Thread.currentThread().isInterrupted()) {
                return;
            }
        }
    }

    /** Moves the publisher's clock to now: the same distance for all tracks, so that they stay in step. */
    private void report(Outgoing track, SenderReport report) {
        long sentMicros = microsOf(report.ntpTimestamp());
        long sinceStart = (long) ((sentMicros - startMicros) / speed);
        client.report(
                track.number,
                ntpOf(startWallMicros + sinceStart),
                scaled(report.extendedTimestamp(), track.firstTimestamp));
    }

    private long scaled(long timestamp, long first) {
        return speed == 1 ? timestamp : first + (long) ((timestamp - first) / speed);
    }

    /** Reads a 64-bit NTP timestamp (RFC 3550 section 4) as microseconds since 1970. */
    private static long microsOf(long ntp) {
        long seconds = (ntp >>> 32) - SECONDS_1900_TO_1970;
        return seconds * 1_000_000 + (((ntp & 0xFFFF_FFFFL) * 1_000_000) >>> 32);
    }

    private static long ntpOf(long micros) {
        long seconds = Math.floorDiv(micros, 1_000_000L) + SECONDS_1900_TO_1970;
        return (seconds << 32) | ((Math.floorMod(micros, 1_000_000L) << 32) / 1_000_000);
    }

    /** Returns what was sent so far. */
    ReplayReport report(String stream, long epoch) {
        List<Track> sent = new ArrayList<>();
        tracks.values().forEach(track -> sent.add(track.report()));
        return new ReplayReport(
                stream,
                epoch,
                doneMicros,
                sent,
                client.stats().packetsRequested(),
                client.stats().packetsRetransmitted(),
                client.stats().keyframeRequests());
    }
}
