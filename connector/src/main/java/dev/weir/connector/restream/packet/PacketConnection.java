package dev.weir.connector.restream.packet;

import dev.weir.connector.restream.TargetConnection;
import dev.weir.schemas.LogEntry;
import dev.weir.schemas.LogPacket;
import dev.weir.schemas.RelayBatch;
import dev.weir.schemas.SenderReport;
import dev.weir.schemas.TrackConfiguration;
import dev.weir.schemas.TrackInfo;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Hands the packets of one stream to a target as the publisher made them: video from a keyframe on, of simulcast layers the
 * first that shows one, and spread over the time in which they arrived, because the log delivers bursts. One thread.
 */
abstract class PacketConnection implements TargetConnection {
    /** Packets are sent in half of the time in which they arrived, so that a target that is behind can catch up. */
    private static final int SPEED = 2;

    private static final long LONGEST_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final SecureRandom random = new SecureRandom();
    private final Map<Integer, OutgoingTrack> tracks = new TreeMap<>();
    private final Map<Integer, String> rids = new TreeMap<>();
    private final Set<Integer> waitingForKeyframe = new HashSet<>();
    private List<TrackInfo> configuration = List.of();
    private long epoch = -1;
    private boolean skipped;
    private long bytes;

    /**
     * Takes the tracks, at the start and whenever they change.
     *
     * @throws IOException when the target cannot take them, or not on this connection
     */
    abstract void configure(List<TrackInfo> latest) throws IOException, InterruptedException;

    /** Sends a packet of the track at {@code position} of the list. */
    abstract void packet(int position, OutgoingTrack track, LogPacket packet, OutgoingTrack.Numbers numbers)
            throws IOException;

    /** Sends the publisher's report; {@code timestamp} is the RTP time in the numbers that the receiver gets. */
    abstract void report(int position, OutgoingTrack track, SenderReport report, long timestamp) throws IOException;

    @Override
    public final void send(RelayBatch batch, long offset) throws IOException, InterruptedException {
        if (batch.epoch() != epoch || skipped) {
            epoch = batch.epoch();
            skipped = false;
            rids.clear();
            waitingForKeyframe.addAll(tracks.keySet());
            tracks.values().forEach(OutgoingTrack::newSource);
        }
        long startNanos = System.nanoTime();
        for (LogEntry entry : batch.entries()) {
            if (entry instanceof LogPacket packet) {
                awaitTurn(startNanos, packet.arrivalMicros() - batch.firstArrivalMicros());
                send(packet);
            } else if (entry instanceof SenderReport report) {
                send(report);
            } else if (entry instanceof TrackConfiguration latest) {
                follow(latest.tracks());
            }
        }
    }

    private static void awaitTurn(long startNanos, long sinceFirstMicros) throws InterruptedException {
        long wait = TimeUnit.MICROSECONDS.toNanos(sinceFirstMicros) / SPEED - (System.nanoTime() - startNanos);
        if (wait > TimeUnit.MILLISECONDS.toNanos(1)) {
            TimeUnit.NANOSECONDS.sleep(Math.min(wait, LONGEST_WAIT_NANOS));
        }
    }

    private void follow(List<TrackInfo> latest) throws IOException, InterruptedException {
        if (latest.equals(configuration)) {
            return;
        }
        configure(latest);
        configuration = latest;
        for (int i = 0; i < latest.size(); i++) {
            TrackInfo track = latest.get(i);
            OutgoingTrack known = tracks.get(track.trackIndex());
            if (known == null || known.clockRateHz() != track.clockRateHz()) {
                tracks.put(
                        track.trackIndex(),
                        new OutgoingTrack(SessionFile.payloadType(i), track.clockRateHz(), random.nextInt()));
                waitingForKeyframe.add(track.trackIndex());
            }
        }
    }

    private void send(LogPacket packet) throws IOException {
        int index = packet.trackIndex();
        OutgoingTrack track = tracks.get(index);
        int position = position(index);
        if (track == null || position < 0 || !packet.rid().equals(rids.getOrDefault(index, packet.rid()))) {
            return;
        }
        boolean video = configuration.get(position).kind().equals("video");
        if (waitingForKeyframe.contains(index) && video && !packet.keyframeStart()) {
            return;
        }
        waitingForKeyframe.remove(index);
        rids.putIfAbsent(index, packet.rid());
        packet(position, track, packet, track.number(packet));
        bytes += packet.payload().remaining();
    }

    private void send(SenderReport report) throws IOException {
        int index = report.trackIndex();
        OutgoingTrack track = tracks.get(index);
        int position = position(index);
        if (track == null || position < 0 || !report.rid().equals(rids.getOrDefault(index, report.rid()))) {
            return;
        }
        OptionalLong timestamp = track.timestamp(report);
        if (timestamp.isPresent()) {
            report(position, track, report, timestamp.getAsLong());
        }
    }

    private int position(int trackIndex) {
        for (int i = 0; i < configuration.size(); i++) {
            if (configuration.get(i).trackIndex() == trackIndex) {
                return i;
            }
        }
        return -1;
    }

    /** Tells whether two lists need the same agreement with a receiver: what was learnt in band does not count. */
    static boolean isAlike(List<TrackInfo> one, List<TrackInfo> other) {
        if (one.size() != other.size()) {
            return false;
        }
        for (int i = 0; i < one.size(); i++) {
            TrackInfo a = one.get(i);
            TrackInfo b = other.get(i);
            if (!a.kind().equals(b.kind())
                    || !a.encodingName().equalsIgnoreCase(b.encodingName())
                    || a.clockRateHz() != b.clockRateHz()
                    || a.channels() != b.channels()) {
                return false;
            }
        }
        return true;
    }

    @Override
    public final void skipped() {
        skipped = true;
    }

    @Override
    public final long bytesSent() {
        return bytes;
    }
}
