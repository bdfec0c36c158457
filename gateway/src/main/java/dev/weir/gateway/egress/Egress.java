package dev.weir.gateway.egress;

import dev.weir.gateway.metrics.Meter;
import dev.weir.gateway.metrics.Meters;
import dev.weir.gateway.relay.RelayPacket;
import dev.weir.gateway.relay.RelayTrack;
import dev.weir.gateway.relay.StreamRelay;
import dev.weir.webrtc.rtcp.RtcpHandler;
import dev.weir.webrtc.rtcp.RtcpReader;
import dev.weir.webrtc.rtp.MediaKind;
import dev.weir.webrtc.sdp.NegotiatedMedia;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Sends one viewer's RTP: chooses the layer, renumbers, keeps a history for NACKs, reports, and passes the wish for a
 * keyframe on. Packets, bytes and time in, bytes out; all on the viewer's loop.
 */
public final class Egress {
    /** How often {@link #onTick} wants to be called. */
    public static final long TICK_NANOS = 250_000_000;

    /** How often {@link #onPace} wants to be called while {@link #isReplaying}. */
    public static final long PACE_NANOS = 5_000_000;

    /** Packets of the join buffer per {@link #PACE_NANOS}: 40 kB, which a receiver's default socket buffer holds. */
    private static final int PACKETS_PER_PACE = 32;

    private static final long REPORT_NANOS = 1_000_000_000;
    private static final long KEYFRAME_RETRY_NANOS = 1_000_000_000;

    private final StreamRelay stream;
    private final Meters meters;
    private final List<OutputTrack> tracks = new ArrayList<>();
    private final SenderReports senderReports;
    private final RtcpHandler feedback = new Feedback();
    private final JoinReplay replay = new JoinReplay();
    private long nowNanos;
    private long reportedAtNanos;
    private long keyframeAskedAtNanos;
    private boolean joined;
    private long packets;
    private long bytes;
    private long packetsFlushed;
    private long bytesFlushed;

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
        this.senderReports = new SenderReports(cname, sink);
        for (NegotiatedMedia section : media) {
            if (!section.rejected() && !section.payloadTypes().isEmpty()) {
                // Room below the first number for packets that were reordered, room above before the first wrap.
                tracks.add(new OutputTrack(section, 0x400 + random.nextInt(0x4000), sink));
            }
        }
    }

    /** Maps the tracks of a publisher to the viewer's: the first of the kind whose codec the viewer agreed on. */
    public void onTracks(List<RelayTrack> announced) {
        for (OutputTrack track : tracks) {
            track.sourceIndex = -1;
            for (RelayTrack candidate : announced) {
                if (track.sourceIndex < 0 && candidate.kind() == track.kind && track.canShow(candidate.format())) {
                    track.sourceIndex = candidate.index();
                    track.layered = !candidate.rids().isEmpty();
                }
            }
            if (!track.layered) {
                track.rid = "";
                track.wantedRid = "";
            }
        }
    }

    /** Takes the video since the last keyframe of each layer, when the viewer joins, and sends it ahead of live video. */
    public void onJoin(List<RelayPacket> sinceKeyframe, long now) {
        joined = true;
        for (OutputTrack track : tracks) {
            if (track.kind != MediaKind.VIDEO || track.sourceIndex < 0) {
                continue;
            }
            chooseLayer(track, now);
            List<RelayPacket> shown = new ArrayList<>();
            for (RelayPacket packet : sinceKeyframe) {
                if (packet.trackIndex() == track.sourceIndex && packet.rid().equals(track.wantedRid)) {
                    shown.add(packet);
                }
            }
            replay.start(shown);
            if (shown.isEmpty()) {
                askForKeyframe(track, now);
            }
        }
        onPace(now);
    }

    /** Returns whether video from before the join is still to be sent. */
    public boolean isReplaying() {
        return !replay.isEmpty();
    }

    /** Sends the next share of what waits. */
    public void onPace(long now) {
        for (int i = 0; i < PACKETS_PER_PACE && !replay.isEmpty(); i++) {
            RelayPacket packet = replay.next();
            OutputTrack track = trackOf(packet);
            if (track != null) {
                count(packet, track.send(packet, replay.timestampOf(packet, track.clockRateHz()), now));
            }
        }
        if (replay.isEmpty()) {
            replay.clear();
        }
    }

    /** Sends a live packet, when it is of a track and layer that the viewer is shown. */
    public void onPacket(RelayPacket packet, long now) {
        OutputTrack track = trackOf(packet);
        if (track == null) {
            return;
        }
        if (track.kind == MediaKind.VIDEO && !replay.isEmpty()) {
            if (!replay.append(packet)) {
                replay.clear();
                track.awaitsKeyframe = true;
            }
            return;
        }
        count(packet, track.send(packet, now));
    }

    private void count(RelayPacket packet, boolean sent) {
        if (sent) {
            packets++;
            bytes += packet.payloadLength();
        }
    }

    /** Notes that video was dropped on the way here: nothing of it is shown before the next keyframe. */
    public void onVideoDropped() {
        for (OutputTrack track : tracks) {
            track.awaitsKeyframe |= track.kind == MediaKind.VIDEO;
        }
    }

    /** Returns the layer that each track shows, in the order of the viewer's m-lines; empty without simulcast. */
    public List<String> layers() {
        return tracks.stream().map(track -> track.rid).toList();
    }

    private @Nullable OutputTrack trackOf(RelayPacket packet) {
        for (int i = 0; i < tracks.size(); i++) {
            if (tracks.get(i).sourceIndex == packet.trackIndex()) {
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
        nowNanos = now;
        if (!RtcpReader.read(compound, feedback)) {
            meters.increment(Meter.RTCP_MALFORMED);
        }
    }

    /**
     * Does what is due: reports, choice of layers, repeated wishes for a keyframe.
     *
     * @param nowMicros wall clock, microseconds since 1970
     */
    public void onTick(long now, long nowMicros) {
        for (OutputTrack track : tracks) {
            if (track.kind == MediaKind.VIDEO && track.sourceIndex >= 0) {
                chooseLayer(track, now);
                if (joined && replay.isEmpty() && (track.awaitsKeyframe || !track.wantedRid.equals(track.rid))) {
                    askForKeyframe(track, now);
                }
            }
        }
        if (now - reportedAtNanos >= REPORT_NANOS) {
            reportedAtNanos = now;
            senderReports.send(tracks, nowMicros, now);
        }
        flushCounters();
    }

    /** Adds what was counted since the last time to the meters. */
    public void flushCounters() {
        meters.add(Meter.RTP_PACKETS_SENT, packets);
        meters.add(Meter.RTP_BYTES_SENT, bytes);
        packetsFlushed += packets;
        bytesFlushed += bytes;
        packets = 0;
        bytes = 0;
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
                chooseLayer(track, now);
                if (joined && replay.isEmpty() && track.sourceIndex >= 0 && !track.wantedRid.equals(track.rid)) {
                    stream.requestKeyframe(track.sourceIndex, track.wantedRid);
                }
            }
        }
        return found;
    }

    /** Says goodbye to the viewer. */
    public void bye(long now) {
        senderReports.bye(tracks, now);
    }

    /** Returns how many packets the viewer reported lost, repairs not counted. */
    public long packetsLost() {
        long lost = 0;
        for (OutputTrack track : tracks) {
            lost += track.reportedLost;
        }
        return lost;
    }

    /** Returns how many RTP packets went to the viewer, repeats included. */
    public long packetsSent() {
        return packetsFlushed + packets;
    }

    /** Returns their payload bytes. */
    public long bytesSent() {
        return bytesFlushed + bytes;
    }

    /** The layer asked for if it comes, else the highest one; changing to another one waits for its keyframe. */
    private void chooseLayer(OutputTrack track, long now) {
        if (track.layered) {
            String asked = track.choice.rid();
            track.wantedRid = !asked.isEmpty() && stream.comes(track.sourceIndex, asked, now)
                    ? asked
                    : stream.bestRid(track.sourceIndex, track.wantedRid, now);
        }
    }

    private void askForKeyframe(OutputTrack track, long now) {
        if (keyframeAskedAtNanos == 0 || now - keyframeAskedAtNanos >= KEYFRAME_RETRY_NANOS) {
            keyframeAskedAtNanos = now;
            stream.requestKeyframe(track.sourceIndex, track.wantedRid);
        }
    }

    /** Reads what the viewer asks for. */
    private final class Feedback implements RtcpHandler {
        @Override
        public void onReportBlock(
                int reporterSsrc,
                int sourceSsrc,
                int fractionLost,
                int cumulativeLost,
                long extendedHighestSequence,
                long jitterTicks,
                long lastSr,
                long delaySinceLastSr) {
            for (OutputTrack track : tracks) {
                if (track.ssrc == sourceSsrc) {
                    track.reportedLost = Math.max(0, cumulativeLost);
                }
            }
        }

        @Override
        public void onNack(int mediaSsrc, int sequenceNumber) {
            meters.increment(Meter.NACKS_RECEIVED);
            for (OutputTrack track : tracks) {
                if (track.ssrc == mediaSsrc) {
                    int resent = track.resend(sequenceNumber, nowNanos);
                    if (resent >= 0) {
                        meters.increment(Meter.RTP_PACKETS_RETRANSMITTED);
                        packets++;
                        bytes += resent;
                    }
                }
            }
        }

        @Override
        public void onPli(int mediaSsrc) {
            for (OutputTrack track : tracks) {
                // While the join buffer is on its way, a keyframe is too.
                if (track.ssrc == mediaSsrc && track.sourceIndex >= 0 && replay.isEmpty()) {
                    stream.requestKeyframe(track.sourceIndex, track.rid);
                }
            }
        }

        @Override
        public void onFir(int mediaSsrc, int commandSequence) {
            onPli(mediaSsrc);
        }
    }
}
