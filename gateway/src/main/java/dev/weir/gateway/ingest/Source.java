package dev.weir.gateway.ingest;

import dev.weir.webrtc.codec.Codec;
import dev.weir.webrtc.codec.DependencyDescriptor;
import dev.weir.webrtc.codec.PayloadFormat;
import dev.weir.webrtc.codec.PictureInfo;
import dev.weir.webrtc.rtp.HeaderExtensions;
import dev.weir.webrtc.rtp.MediaKind;
import dev.weir.webrtc.rtp.SequenceUnwrapper;
import dev.weir.webrtc.rtp.TimestampUnwrapper;
import java.nio.ByteBuffer;

/** What is known of one SSRC that carries media: its place among the tracks and its state of reception. One thread. */
final class Source {
    final int ssrc;
    final Section section;
    final String rid;
    final SequenceUnwrapper sequences = new SequenceUnwrapper();
    final TimestampUnwrapper timestamps = new TimestampUnwrapper();
    final NackGenerator nacks;
    final ReceptionStatistics statistics;
    final KeyframeRequests keyframeRequests = new KeyframeRequests();
    final SenderReportCheck senderReports;
    final SourceCounters counters = new SourceCounters();

    /** Our monotonic time minus the source's RTP time; {@link Long#MIN_VALUE} = not known yet. */
    long clockOffsetNanos = Long.MIN_VALUE;

    private int payloadType = -1;
    private Codec codec;
    private PayloadFormat format;
    private final DependencyDescriptor dependencies = new DependencyDescriptor();

    Source(int ssrc, Section section, String rid) {
        this.ssrc = ssrc;
        this.section = section;
        this.rid = rid;
        this.nacks = new NackGenerator(section.hasNack());
        this.statistics = new ReceptionStatistics(section.clockRateHz());
        this.senderReports = new SenderReportCheck(section.clockRateHz());
        this.codec = section.expectedCodec();
        this.format = PayloadFormat.of(codec);
    }

    boolean isVideo() {
        return section.kind() == MediaKind.VIDEO;
    }

    /** Notes the payload type in use; returns whether it changed. */
    boolean usePayloadType(int type) {
        if (type == payloadType) {
            return false;
        }
        payloadType = type;
        codec = section.codec(type);
        format = PayloadFormat.of(codec);
        return true;
    }

    /** Returns layers and picture numbers of a packet: from its payload, or from a header extension where that is agreed on. */
    long picture(ByteBuffer packet, int start, int length) {
        int position = packet.position();
        int extension = section.dependencyExtension();
        if (extension >= 0) {
            int found = HeaderExtensions.find(packet, extension);
            return found < 0 ? PictureInfo.NONE : dependencies.read(packet, found);
        }
        int limit = packet.limit();
        packet.limit(start + length).position(start);
        long picture = PictureInfo.of(codec, packet);
        packet.limit(limit).position(position);
        return picture;
    }

    PayloadFormat format() {
        return format;
    }
}
