package dev.weir.gateway.ingest;

import dev.weir.gateway.metrics.Meter;
import dev.weir.gateway.metrics.Meters;
import dev.weir.gateway.relay.Publication;
import dev.weir.gateway.relay.RelayPacket;
import dev.weir.gateway.relay.RelayTrack;
import dev.weir.webrtc.codec.RedPayload;
import dev.weir.webrtc.rtcp.RtcpHandler;
import dev.weir.webrtc.rtcp.RtcpReader;
import dev.weir.webrtc.rtp.HeaderExtensions;
import dev.weir.webrtc.rtp.RtpHeader;
import dev.weir.webrtc.sdp.NegotiatedMedia;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Receives one publisher's RTP: finds the track, unwraps numbers, drops repeats, asks for what is lost, reports, and
 * publishes one {@link RelayPacket} per packet in the order of arrival. Bytes and time in, packets and RTCP out; all on the
 * session's loop.
 */
public final class Ingest {
    /** How often {@link #onTick} wants to be called while packets come or {@link #awaitsPackets}. */
    public static final long TICK_NANOS = 25_000_000;

    private static final long REPORT_NANOS = 1_000_000_000;
    private static final long ARRIVALS_NANOS = 50_000_000;
    private static final int RTX_HEADER = 2;

    private final Publication publication;
    private final WallClock clock;
    private final Meters meters;
    private final FeedbackWriter feedback;
    private final List<Section> sections;
    private final SourceTable table;
    private final RelayPackets packets;
    private final ArrayList<RelayTrack> tracks = new ArrayList<>();
    private final ArrivalRecorder arrivals = new ArrivalRecorder();
    private final RedPayload redundant = new RedPayload();
    private final int transportSequenceExtension;
    private final @Nullable ReceiveEstimate estimate;
    private final RtcpHandler reports;
    private long nowNanos;
    private long reportedAtNanos;
    private long arrivalsSentAtNanos;
    private int lastSsrc;
    private volatile PublisherStats stats = PublisherStats.NONE;

    /**
     * Takes the outcome of the negotiation.
     *
     * @param ownSsrc SSRC that our RTCP comes from
     * @param cname the one of our description
     */
    public Ingest(
            List<NegotiatedMedia> media,
            Publication publication,
            int ownSsrc,
            String cname,
            WallClock clock,
            RtcpSink sink,
            Meters meters) {
        this.publication = publication;
        this.clock = clock;
        this.meters = meters;
        this.sections = Section.of(media);
        this.table = new SourceTable(sections);
        this.packets = new RelayPackets(publication, clock);
        this.feedback = new FeedbackWriter(ownSsrc, cname, sink, meters);
        this.reports = new Reports();
        int extension = -1;
        for (Section section : sections) {
            tracks.add(section.track());
            extension = Math.max(extension, section.transportSequenceExtension());
        }
        transportSequenceExtension = extension;
        estimate = extension < 0 ? new ReceiveEstimate() : null;
    }

    /** Returns the tracks that a publisher with this outcome will send, before there is an ingest. */
    public static List<RelayTrack> tracks(List<NegotiatedMedia> media) {
        return Section.of(media).stream().map(Section::track).toList();
    }

    /** Announces the tracks: the peer is connected. */
    public void onConnected() {
        publication.announce(tracks);
    }

    /** Takes a decrypted RTP packet, borrowed until return. */
    public void onRtp(ByteBuffer packet, long now) {
        if (!RtpHeader.isValid(packet)) {
            meters.increment(Meter.RTP_PACKETS_UNKNOWN);
            return;
        }
        if (transportSequenceExtension >= 0) {
            long sequence = HeaderExtensions.unsigned(packet, transportSequenceExtension);
            if (sequence >= 0) {
                arrivals.onPacket((int) sequence & 0xFFFF, now);
            }
        }
        if (!dispatch(packet, now) && !(table.learn(packet) && dispatch(packet, now))) {
            meters.increment(Meter.RTP_PACKETS_UNKNOWN);
        }
    }

    /** Returns false when the packet's SSRC is not known. */
    private boolean dispatch(ByteBuffer packet, long now) {
        int ssrc = RtpHeader.ssrc(packet);
        Source source = table.known(ssrc);
        if (source != null) {
            onMedia(source, packet, now);
            return true;
        }
        Source repaired = table.repairedBy(ssrc);
        if (repaired != null) {
            onRepair(repaired, packet, now);
        }
        return repaired != null;
    }

    private void onMedia(Source source, ByteBuffer packet, long now) {
        int payloadType = RtpHeader.payloadType(packet);
        int start = packet.position() + RtpHeader.headerLength(packet);
        int length = RtpHeader.payloadLength(packet);
        if (source.section.carries(payloadType)) {
            onMedia(source, packet, start, length, payloadType, now);
        } else if (source.section.isRedundant(payloadType) && redundant.read(packet, start, length)) {
            onRedundant(source, packet, now);
        } else {
            meters.increment(Meter.RTP_PACKETS_UNKNOWN);
        }
    }

    /** Takes the primary block as the packet, and the others for packets before it that are missing (RFC 2198). */
    private void onRedundant(Source source, ByteBuffer packet, long now) {
        int primary = redundant.primary();
        int payloadType = redundant.payloadType(primary);
        if (!source.section.carries(payloadType)) {
            meters.increment(Meter.RTP_PACKETS_UNKNOWN);
            return;
        }
        long former = source.timestamps.highest();
        onMedia(source, packet, redundant.start(primary), redundant.length(primary), payloadType, now);
        long sequence = source.sequences.peek(RtpHeader.sequenceNumber(packet));
        long timestamp = source.timestamps.peek(RtpHeader.timestamp(packet));
        for (int i = primary - 1; i >= 0; i--) {
            long missing = sequence - (primary - i);
            long time = timestamp - redundant.timestampOffset(i);
            int length = redundant.length(i);
            boolean fits = length > 0 && redundant.payloadType(i) == payloadType && time > former && time < timestamp;
            if (fits && source.nacks.onRestored(missing)) {
                onRepaired(source, packet, redundant.start(i), length, payloadType, missing, time, now);
            }
        }
    }

    private void onMedia(Source source, ByteBuffer packet, int start, int length, int payloadType, long now) {
        lastSsrc = source.ssrc;
        long former = source.sequences.highest();
        long sequence = source.sequences.unwrap(RtpHeader.sequenceNumber(packet));
        if (former >= 0 && sequence <= former) {
            onLate(source, packet, start, length, payloadType, sequence, now);
            return;
        }
        if (former >= 0 && sequence > former + 1) {
            onGap(source, former + 1, sequence, now);
        } else if (source.nacks.isDue(now)) {
            feedback.nack(source, now);
        }
        long timestamp = source.timestamps.unwrap(RtpHeader.timestamp(packet));
        source.statistics.onPacket(sequence, timestamp, now);
        if (estimate != null && source.isVideo()) {
            estimate.onGap(source, timestamp, former >= 0 ? sequence - former - 1 : 0);
            estimate.onPacket(source, timestamp, packet.remaining(), now);
        }
        publish(source, packet, start, length, payloadType, sequence, timestamp, now);
    }

    private void onGap(Source source, long from, long to, long now) {
        if (to - from > NackGenerator.CAPACITY) {
            lose(source, source.nacks.clear() + (to - from));
            return;
        }
        source.nacks.onGap(from, to, now);
        feedback.nack(source, now);
    }

    private void onLate(
            Source source, ByteBuffer packet, int start, int length, int payloadType, long sequence, long now) {
        int asked = source.nacks.onReceived(sequence, now);
        if (asked < 0) {
            source.counters.discarded++;
            meters.increment(Meter.RTP_PACKETS_DUPLICATE);
            return;
        }
        if (asked > 0) {
            meters.increment(Meter.RTP_PACKETS_RECOVERED);
        }
        source.statistics.onRecovered(sequence);
        long timestamp = source.timestamps.unwrap(RtpHeader.timestamp(packet));
        if (estimate != null && source.isVideo()) {
            estimate.onLate(source, timestamp);
        }
        publish(source, packet, start, length, payloadType, sequence, timestamp, now);
    }

    /** Takes a packet of a retransmission stream (RFC 4588): the original sequence number leads the payload. */
    private void onRepair(Source source, ByteBuffer packet, long now) {
        int length = RtpHeader.payloadLength(packet);
        int payloadType = source.section.repairedBy(RtpHeader.payloadType(packet));
        if (length < RTX_HEADER || payloadType < 0 || source.sequences.highest() < 0) {
            return;
        }
        int start = packet.position() + RtpHeader.headerLength(packet);
        long sequence = source.sequences.peek(packet.getShort(start) & 0xFFFF);
        if (sequence > source.sequences.highest()) {
            return;
        }
        if (source.nacks.onRepaired(sequence, now) < 0) {
            source.counters.discarded++;
            meters.increment(Meter.RTP_PACKETS_DUPLICATE);
            return;
        }
        long timestamp = source.timestamps.unwrap(RtpHeader.timestamp(packet));
        onRepaired(source, packet, start + RTX_HEADER, length - RTX_HEADER, payloadType, sequence, timestamp, now);
    }

    private void onRepaired(
            Source source,
            ByteBuffer packet,
            int start,
            int length,
            int payloadType,
            long sequence,
            long timestamp,
            long now) {
        source.counters.repaired++;
        meters.increment(Meter.RTP_PACKETS_RECOVERED);
        source.statistics.onRepaired(sequence);
        publish(source, packet, start, length, payloadType, sequence, timestamp, now);
    }

    private void publish(
            Source source,
            ByteBuffer packet,
            int start,
            int length,
            int payloadType,
            long sequence,
            long timestamp,
            long now) {
        if (source.usePayloadType(payloadType)) {
            onPayloadType(source, payloadType);
        }
        boolean keyframe = source.isVideo() && source.isKeyframeStart(packet, start, length);
        if (keyframe) {
            source.keyframeRequests.onKeyframe();
        }
        meters.increment(Meter.RTP_PACKETS_RECEIVED);
        meters.add(Meter.RTP_BYTES_RECEIVED, length);
        publication.publish(packets.of(source, packet, start, length, payloadType, sequence, timestamp, keyframe, now));
    }

    /** The publisher chose another of the negotiated codecs than the one that was announced. */
    private void onPayloadType(Source source, int payloadType) {
        int index = source.section.track().index();
        RelayTrack used = source.section.trackWith(payloadType);
        if (!tracks.get(index).equals(used)) {
            tracks.set(index, used);
            publication.announce(tracks);
        }
    }

    private void lose(Source source, long packets) {
        if (packets == 0) {
            return;
        }
        meters.add(Meter.RTP_PACKETS_LOST, packets);
        publication.lost(packets);
        if (source.isVideo()) {
            source.keyframeRequests.request();
        }
    }

    /** Takes a decrypted compound RTCP packet, borrowed until return. */
    public void onRtcp(ByteBuffer compound, long now) {
        nowNanos = now;
        if (!RtcpReader.read(compound, reports)) {
            meters.increment(Meter.RTCP_MALFORMED);
        }
    }

    /** Asks for a keyframe of one layer, of all when {@code rid} is empty; throttled. */
    public void requestKeyframe(int trackIndex, String rid, long now) {
        for (Source source : table.sources()) {
            if (source.section.track().index() == trackIndex && (rid.isEmpty() || source.rid.equals(rid))) {
                source.keyframeRequests.request();
                pollKeyframe(source, now);
            }
        }
    }

    /** Does what is due: NACK repeats, keyframe requests, feedback, reports. */
    public void onTick(long now) {
        List<Source> sources = table.sources();
        for (int i = 0; i < sources.size(); i++) {
            Source source = sources.get(i);
            if (source.nacks.size() > 0) {
                feedback.nack(source, now);
                lose(source, source.nacks.giveUp(now));
            }
            pollKeyframe(source, now);
        }
        if (now - arrivalsSentAtNanos >= ARRIVALS_NANOS) {
            arrivalsSentAtNanos = now;
            feedback.arrivals(arrivals, lastSsrc, now);
        }
        boolean falling = estimate != null && estimate.isFalling(now);
        if (falling || now - reportedAtNanos >= REPORT_NANOS) {
            reportedAtNanos = now;
            feedback.report(sources, estimate == null ? ReceiveEstimate.UNLIMITED_BPS : estimate.tell(), now);
            stats = new PublisherStats(
                    sources.stream().map(PublisherStats.Inbound::of).toList());
        }
    }

    /** Returns whether repairs or a keyframe are asked for, and so ticks matter though nothing arrives. */
    public boolean awaitsPackets() {
        List<Source> sources = table.sources();
        for (int i = 0; i < sources.size(); i++) {
            Source source = sources.get(i);
            if (source.nacks.size() > 0 || source.keyframeRequests.isWanted()) {
                return true;
            }
        }
        return false;
    }

    /** Says goodbye to the publisher. */
    public void bye(long now) {
        feedback.bye(now);
    }

    /** Returns how the publisher was received, at most about a second ago; from any thread. */
    public PublisherStats stats() {
        return stats;
    }

    private void pollKeyframe(Source source, long now) {
        if (source.isVideo() && source.keyframeRequests.poll(now)) {
            feedback.keyframe(source, now);
        }
    }

    /** Reads the publisher's sender reports. */
    private final class Reports implements RtcpHandler {
        @Override
        public void onSenderReport(int ssrc, long ntpTimestamp, long rtpTimestamp, long packetCount, long octetCount) {
            @Nullable Source source = table.known(ssrc);
            if (source == null) {
                return;
            }
            source.statistics.onSenderReport(ntpTimestamp, nowNanos);
            long timestamp = source.timestamps.peek(rtpTimestamp);
            if (source.senderReports.accept(ntpTimestamp, timestamp, source.timestamps.highest())) {
                publication.senderReport(
                        source.section.track().index(), source.rid, ntpTimestamp, timestamp, clock.microsAt(nowNanos));
            }
        }
    }
}
