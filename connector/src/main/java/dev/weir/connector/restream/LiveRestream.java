package dev.weir.connector.restream;

import dev.weir.schemas.EndOfStream;
import dev.weir.schemas.Gap;
import dev.weir.schemas.Heartbeat;
import dev.weir.schemas.LogEntry;
import dev.weir.schemas.LogPacket;
import dev.weir.schemas.RelayBatch;
import dev.weir.schemas.SenderReport;
import dev.weir.schemas.TrackConfiguration;
import dev.weir.schemas.TrackInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pushes one stream as it goes: what is too old is passed over, video starts at a keyframe, and when the queue overflows it
 * goes on at the next one. Of simulcast layers the first that shows a keyframe is taken. One thread.
 */
public final class LiveRestream implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LiveRestream.class);

    private final RestreamSettings settings;
    private final RtpPush push;
    private final SecureRandom random = new SecureRandom();
    private final Map<Integer, OutgoingTrack> tracks = new TreeMap<>();
    private final Map<Integer, String> rids = new TreeMap<>();
    private final Set<Integer> waitingForKeyframe = new HashSet<>();
    private List<TrackInfo> configuration = List.of();
    private long epoch = -1;
    private long passedOver;

    /** Creates a restream that is not started. */
    public LiveRestream(RestreamSettings settings) {
        this.settings = settings;
        this.push = new RtpPush(settings);
    }

    /** Starts sending. */
    public void start() {
        push.start();
        LOG.info("stream={} target={} restream started", settings.streamId(), settings.target());
    }

    /**
     * Takes a record of the log; those of other streams and older epochs are passed over.
     *
     * @param nowMicros wall clock, microseconds since 1970
     */
    public void add(RelayBatch batch, long nowMicros) {
        if (!batch.streamId().equals(settings.streamId()) || batch.epoch() < epoch) {
            return;
        }
        if (batch.epoch() > epoch) {
            epoch = batch.epoch();
            rids.clear();
            waitingForKeyframe.addAll(tracks.keySet());
            tracks.values().forEach(OutgoingTrack::newSource);
        }
        boolean old = nowMicros - batch.firstArrivalMicros() > settings.maxAge().toNanos() / 1_000;
        for (LogEntry entry : batch.entries()) {
            entry.accept(new EntrySender(old));
        }
    }

    /** Returns the datagrams sent so far. */
    public long sent() {
        return push.sent();
    }

    /** Returns the datagrams dropped because the queue was full or nobody listened. */
    public long dropped() {
        return push.dropped();
    }

    /** Returns the packets passed over because they were too old or before a keyframe. */
    public long passedOver() {
        return passedOver;
    }

    private final class EntrySender implements LogEntry.Visitor<Boolean> {
        private final boolean old;

        EntrySender(boolean old) {
            this.old = old;
        }

        @Override
        public Boolean packet(LogPacket packet) {
            return send(packet, old);
        }

        @Override
        public Boolean trackConfiguration(TrackConfiguration entry) {
            configure(entry.tracks());
            return true;
        }

        @Override
        public Boolean senderReport(SenderReport report) {
            OutgoingTrack track = tracks.get(report.trackIndex());
            if (old || track == null || !isChosen(report.trackIndex(), report.rid())) {
                return false;
            }
            var bytes = track.rewrite(report);
            return bytes.hasRemaining()
                    && push.offer(
                            new RtpPush.Outgoing(bytes, position(report.trackIndex()), true, report.arrivalMicros()));
        }

        @Override
        public Boolean gap(Gap gap) {
            return false;
        }

        @Override
        public Boolean endOfStream(EndOfStream end) {
            LOG.info(
                    "stream={} target={} publisher gone ({}) sent={} dropped={} passedOver={}",
                    settings.streamId(),
                    settings.target(),
                    end.reason(),
                    push.sent(),
                    push.dropped(),
                    passedOver);
            return true;
        }

        @Override
        public Boolean heartbeat(Heartbeat heartbeat) {
            return true;
        }
    }

    private void configure(List<TrackInfo> latest) {
        if (latest.equals(configuration)) {
            return;
        }
        configuration = latest;
        for (int i = 0; i < latest.size(); i++) {
            TrackInfo track = latest.get(i);
            int type = SessionFile.payloadType(i);
            tracks.computeIfAbsent(
                    track.trackIndex(), index -> new OutgoingTrack(type, track.clockRateHz(), random.nextInt()));
            waitingForKeyframe.add(track.trackIndex());
        }
        try {
            SessionFile.write(settings.sdpFile(), settings.target(), latest);
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot write " + settings.sdpFile(), failure);
        }
        LOG.info(
                "stream={} target={} tracks={} sdp={}",
                settings.streamId(),
                settings.target(),
                latest.size(),
                settings.sdpFile());
    }

    private int position(int trackIndex) {
        for (int i = 0; i < configuration.size(); i++) {
            if (configuration.get(i).trackIndex() == trackIndex) {
                return i;
            }
        }
        return 0;
    }

    private boolean isChosen(int trackIndex, String rid) {
        return rid.equals(Optional.ofNullable(rids.get(trackIndex)).orElse(rid));
    }

    private boolean send(LogPacket packet, boolean old) {
        int index = packet.trackIndex();
        OutgoingTrack track = tracks.get(index);
        if (track == null || old || !isChosen(index, packet.rid())) {
            passedOver++;
            if (old) {
                waitingForKeyframe.add(index);
            }
            return false;
        }
        if (waitingForKeyframe.contains(index) && !packet.keyframeStart() && isVideo(index)) {
            passedOver++;
            return false;
        }
        waitingForKeyframe.remove(index);
        rids.putIfAbsent(index, packet.rid());
        boolean taken =
                push.offer(new RtpPush.Outgoing(track.rewrite(packet), position(index), false, packet.arrivalMicros()));
        if (!taken) {
            waitingForKeyframe.add(index);
        }
        return taken;
    }

    private boolean isVideo(int trackIndex) {
        return configuration.stream()
                .anyMatch(track ->
                        track.trackIndex() == trackIndex && track.kind().equals("video"));
    }

    /** Stops sending; what is queued is lost. */
    @Override
    public void close() {
        push.close();
        LOG.info(
                "stream={} target={} restream stopped sent={} dropped={}",
                settings.streamId(),
                settings.target(),
                push.sent(),
                push.dropped());
    }
}
