package dev.weir.gateway.egress;

import dev.weir.gateway.congestion.BandwidthEstimator;
import dev.weir.gateway.congestion.Pacer;
import dev.weir.gateway.metrics.Meter;
import dev.weir.gateway.metrics.Meters;
import dev.weir.gateway.relay.RelayPacket;
import dev.weir.gateway.relay.RelayTrack;
import dev.weir.gateway.relay.StreamRelay;
import dev.weir.webrtc.rtcp.RtcpReader;
import dev.weir.webrtc.rtp.MediaKind;
import dev.weir.webrtc.sdp.NegotiatedMedia;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Sends one viewer's RTP: chooses the layer that the path carries, renumbers, paces, keeps a history for NACKs, reports, and
 * passes the wish for a keyframe on. Packets, bytes and time in, bytes out; all on the viewer's loop.
 *
 * <p>Sound and repairs go out at once. Video waits in a queue while the path takes less than comes, and is dropped there in
 * whole frames up to the next keyframe when it would wait too long.
 */
public final class Egress {
    /** How often {@link #onTick} wants to be called while packets go out. */
    public static final long TICK_NANOS = 100_000_000;

    /** How often {@link #onPace} wants to be called while {@link #wantsPacing}. */
    public static final long PACE_NANOS = 5_000_000;

    /** Packets of the queue per {@link #PACE_NANOS}: 40 kB, which a receiver's default socket buffer holds. */
    private static final int PACKETS_PER_PACE = 32;

    /** A burst of this length shows what the path carries; more of it would only fill its queue. */
    private static final int PACKETS_TO_PROBE = 64;

    private static final long START_BPS = 5_000_000;

    private final StreamRelay stream;
    private final Meters meters;
    private final List<OutputTrack> tracks = new ArrayList<>();
    private final SenderReports senderReports;
    private final BandwidthEstimator estimator = new BandwidthEstimator(START_BPS);
    private final Pacer pacer = new Pacer(START_BPS);
    private final Wire wire;
    private final SendQueue queue = new SendQueue();
    private final Prober prober = new Prober(estimator);
    private final Repairs repairs;
    private final ViewerFeedback feedback;
    private final LayerControl layers;
    private final EgressStatistics statistics;
    private List<RelayTrack> judged = List.of();
    private boolean unfit;
    private boolean joined;
    private boolean atLiveEdge;
    private int probed;

    /**
     * Takes the outcome of the negotiation.
     *
     * @param cname the one of our description
     */
    public Egress(
            List<NegotiatedMedia> media,
            StreamRelay stream,
            String cname,
            SplittableRandom random,
            MediaSink sink,
            Meters meters) {
        this.stream = stream;
        this.meters = meters;
        this.wire = new Wire(sink, estimator, pacer);
        this.senderReports = new SenderReports(cname, sink);
        for (NegotiatedMedia section : media) {
            if (!section.rejected() && !section.payloadTypes().isEmpty()) {
                // Room below the first number for packets that were reordered, room above before the first wrap.
                tracks.add(new OutputTrack(tracks.size(), section, 0x400 + random.nextInt(0x4000), wire));
            }
        }
        this.layers = new LayerControl(tracks, stream, estimator);
        this.repairs = new Repairs(tracks, estimator, layers, meters);
        this.feedback = new ViewerFeedback(tracks, repairs, estimator, senderReports, meters, this::onKeyframeRequest);
        this.statistics = new EgressStatistics(tracks, wire, estimator, queue, feedback, meters);
    }

    /** Joins without what was before: the first picture is the publisher's next keyframe, which is asked for. */
    public void joinAtLiveEdge() {
        atLiveEdge = true;
    }

    /** Maps the tracks of a publisher to the viewer's: the first of the kind whose codec the viewer agreed on. */
    public void onTracks(List<RelayTrack> announced) {
        for (OutputTrack track : tracks) {
            track.sourceIndex = -1;
            for (RelayTrack candidate : announced) {
                if (track.sourceIndex < 0 && candidate.kind() == track.kind && track.canShow(candidate.format())) {
                    track.sourceIndex = candidate.index();
                    track.layered = !candidate.rids().isEmpty();
                    if (track.show(candidate) && track.kind == MediaKind.VIDEO) {
                        queue.clear();
                    }
                }
            }
            if (!track.layered) {
                track.rid = "";
                track.wantedRid = "";
            }
        }
    }

    /** Returns whether the viewer has an m-line for a kind that {@code announced} has in other codecs only. */
    public boolean cannotShow(List<RelayTrack> announced) {
        if (!announced.equals(judged)) {
            judged = announced;
            unfit = misses(announced);
        }
        return unfit;
    }

    private boolean misses(List<RelayTrack> announced) {
        for (int i = 0; i < tracks.size(); i++) {
            OutputTrack track = tracks.get(i);
            boolean comes = false;
            boolean fits = false;
            for (int j = 0; j < announced.size(); j++) {
                RelayTrack candidate = announced.get(j);
                comes |= candidate.kind() == track.kind;
                fits |= candidate.kind() == track.kind && track.canShow(candidate.format());
            }
            if (comes && !fits) {
                return true;
            }
        }
        return false;
    }

    /** Takes the video since the last keyframe of each layer, when the viewer joins, and sends it ahead of live video. */
    public void onJoin(List<RelayPacket> sinceKeyframe, long now) {
        joined = true;
        statistics.onJoin(now);
        layers.choose(now);
        for (OutputTrack track : tracks) {
            if (track.kind != MediaKind.VIDEO || track.sourceIndex < 0) {
                continue;
            }
            List<RelayPacket> shown = new ArrayList<>();
            for (RelayPacket packet : sinceKeyframe) {
                if (!atLiveEdge
                        && packet.trackIndex() == track.sourceIndex
                        && packet.rid().equals(track.wantedRid)) {
                    shown.add(packet);
                }
            }
            queue.start(shown);
            if (shown.isEmpty()) {
                layers.askForKeyframe(track, now);
            } else if (track.hasTransportFeedback()) {
                // The burst of the join tells at once what the path carries.
                estimator.beginProbe();
                probed = PACKETS_TO_PROBE;
            }
        }
        onPace(now);
    }

    /** Returns whether something waits for {@link #onPace}. */
    public boolean wantsPacing() {
        return !queue.isEmpty() || prober.isSending() || !repairs.isEmpty();
    }

    /** Sends the next share of what waits. */
    public void onPace(long now) {
        repairs.onPace(now);
        for (int i = 0; i < PACKETS_PER_PACE && !queue.isEmpty() && mayPass(now); i++) {
            RelayPacket packet = queue.next();
            OutputTrack track = trackOf(packet);
            if (track != null) {
                boolean unused = track.send(packet, queue.timestampOf(packet, track.clockRateHz()), now);
            }
            if (probed > 0 && (--probed == 0 || queue.isEmpty())) {
                probed = 0;
                estimator.endProbe();
            }
        }
        if (queue.isEmpty()) {
            reopen();
            queue.clear();
        }
        OutputTrack video = videoTrack();
        if (prober.isSending() && video != null) {
            prober.onPace(video, now);
        }
    }

    /** Before anything is known of the path, only the step of the pace holds back. */
    private boolean mayPass(long now) {
        return !estimator.isMeasured() || pacer.mayPass(now);
    }

    /** Sends a live packet, when it is of a track and layer that the viewer is shown. */
    public void onPacket(RelayPacket packet, long now) {
        OutputTrack track = trackOf(packet);
        if (track == null) {
            return;
        }
        if (track.kind == MediaKind.VIDEO) {
            if (!track.concerns(packet)) {
                return;
            }
            if (!queue.isEmpty() || !mayPass(now)) {
                queue(track, packet, now);
                return;
            }
        }
        boolean unused = track.send(packet, now);
    }

    private void queue(OutputTrack track, RelayPacket packet, long now) {
        boolean restarts = packet.keyframeStart() && !queue.takes(packet);
        if (!queue.takes(packet) && !restarts) {
            queue.refuse(packet);
            statistics.countDropped(1);
            return;
        }
        boolean better = restarts || track.isChange(packet);
        boolean taken = better ? queue.reopen(packet) : queue.append(packet);
        if (!taken || (better && queue.size() > 1) || layers.waitsFarTooLong(queue, pacer)) {
            // What waits in front of a keyframe would only hold it up.
            dropWaiting(now);
        } else if (!queue.isClosed() && layers.waitsTooLong(queue, pacer)) {
            queue.close(packet);
            layers.onDropped(now);
        }
    }

    /** Lets go of whole frames up to the next keyframe, so that nothing old delays what is new. */
    private void dropWaiting(long now) {
        for (OutputTrack track : tracks) {
            if (track.kind == MediaKind.VIDEO) {
                statistics.countDropped(queue.drop(track.unfinished()));
                track.cut();
            }
        }
        layers.onDropped(now);
        reopen();
    }

    /** What the closed queue had is sent: the next keyframe is the next to be shown. */
    private void reopen() {
        if (queue.isEmpty() && queue.isClosed()) {
            queue.open();
            for (OutputTrack track : tracks) {
                if (track.kind == MediaKind.VIDEO) {
                    track.cut();
                }
            }
        }
    }

    /** Notes that video was dropped on the way here: but for what waits, nothing of it is shown before the next keyframe. */
    public void onVideoDropped() {
        if (!queue.isEmpty()) {
            queue.close();
            return;
        }
        for (OutputTrack track : tracks) {
            track.awaitsKeyframe |= track.kind == MediaKind.VIDEO;
        }
    }

    /** Returns the layer that each track shows, in the order of the viewer's m-lines; empty without simulcast. */
    public List<String> layers() {
        return tracks.stream().map(track -> track.rid).toList();
    }

    /** Returns whether {@link #layers} has some, and others than {@code told}. */
    public boolean showsLayersBut(List<String> told) {
        boolean layered = false;
        boolean same = told.size() == tracks.size();
        for (int i = 0; i < tracks.size(); i++) {
            String rid = tracks.get(i).rid;
            layered |= !rid.isEmpty();
            same = same && rid.equals(told.get(i));
        }
        return layered && !same;
    }

    private @Nullable OutputTrack trackOf(RelayPacket packet) {
        for (int i = 0; i < tracks.size(); i++) {
            if (tracks.get(i).sourceIndex == packet.trackIndex()) {
                return tracks.get(i);
            }
        }
        return null;
    }

    private @Nullable OutputTrack videoTrack() {
        for (int i = 0; i < tracks.size(); i++) {
            if (tracks.get(i).kind == MediaKind.VIDEO) {
                return tracks.get(i);
            }
        }
        return null;
    }

    /** Takes the publisher's sender report; see {@code Subscriber.onSenderReport}. */
    public void onSenderReport(
            long epoch, int trackIndex, String rid, long ntpTimestamp, long extendedTimestamp, long arrivalMicros) {
        for (OutputTrack track : tracks) {
            if (track.sourceIndex == trackIndex && track.rid.equals(rid)) {
                track.report = new SourceReport(epoch, ntpTimestamp, extendedTimestamp, arrivalMicros);
            }
        }
    }

    /** Takes a decrypted compound RTCP packet of the viewer, borrowed until return. */
    public void onRtcp(ByteBuffer compound, long now) {
        feedback.at(now);
        if (!RtcpReader.read(compound, feedback)) {
            meters.increment(Meter.RTCP_MALFORMED);
        }
        pacer.setRate(layers.paceBps(), now);
    }

    private void onKeyframeRequest(OutputTrack track) {
        meters.increment(Meter.PLIS_RECEIVED);
        // While the join buffer is on its way, a keyframe is too.
        if (track.sourceIndex >= 0 && !queue.isReplaying()) {
            stream.requestKeyframe(track.sourceIndex, track.rid);
        }
    }

    /**
     * Does what is due: reports, choice of layers, probes, repeated wishes for a keyframe, and lets go of what is too old to be
     * asked for.
     *
     * @param nowMicros wall clock, microseconds since 1970
     */
    public void onTick(long now, long nowMicros) {
        layers.choose(now);
        repairs.onTick(now);
        if (joined && !queue.isReplaying()) {
            layers.repeatRequests(now);
            if (queue.isClosed()) {
                onClosedTick(now);
            }
            OutputTrack video = videoTrack();
            if (video != null && video.hasTransportFeedback() && estimator.isMeasured() && queue.isEmpty()) {
                prober.onTick(layers.missingBps(), now);
            }
        }
        pacer.setRate(layers.paceBps(), now);
        if (statistics.onTick(now)) {
            feedback.sentBps(statistics.sentBps());
            repairs.sentBps(statistics.sentBps(), statistics.mediaBps());
            senderReports.send(tracks, nowMicros, now);
        }
    }

    private void onClosedTick(long now) {
        if (layers.waitsFarTooLong(queue, pacer)) {
            dropWaiting(now);
        }
        OutputTrack video = videoTrack();
        if (video != null && layers.isNearlySent(queue, pacer)) {
            layers.askForKeyframe(video, now);
        }
    }

    /** Returns how the viewer was served, at most about a second ago; from any thread. */
    public ViewerStats stats() {
        return statistics.latest();
    }

    /** Adds what was counted since the last time to the meters. */
    public void flushCounters() {
        statistics.flushCounters();
    }

    /** Says goodbye to the viewer. */
    public void bye(long now) {
        senderReports.bye(tracks, now);
    }

    /** Returns how many packets the viewer reported lost, repairs not counted. */
    public long packetsLost() {
        return statistics.packetsLost();
    }

    /** Returns how many RTP packets went to the viewer, repeats included. */
    public long packetsSent() {
        return wire.packets();
    }

    /** Returns their payload bytes. */
    public long bytesSent() {
        return wire.bytes();
    }

    /**
     * Takes what the viewer wants on the m-line {@code mid}; it holds over layer changes and publishers until the next call.
     * Returns false when no such m-line of video was agreed on.
     */
    public boolean chooseLayer(String mid, LayerChoice choice, long now) {
        boolean found = false;
        for (OutputTrack track : tracks) {
            if (track.kind == MediaKind.VIDEO && track.mid.equals(mid)) {
                found = true;
                track.choice = choice;
            }
        }
        layers.choose(now);
        if (found && joined && !queue.isReplaying()) {
            layers.requestChanges(now);
        }
        return found;
    }
}
