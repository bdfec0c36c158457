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
import java.util.List;
import org.jspecify.annotations.Nullable;

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
    private @Nullable ParameterSetCache parameterSets;
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
        boolean hasSets = codec == Codec.H264 || codec == Codec.H265;
        parameterSets =
                hasSets ? new ParameterSetCache(codec, section.trackWith(type).format()) : null;
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

    /** Returns whether a keyframe, or its parameter sets, start in the packet. */
    boolean isKeyframeStart(ByteBuffer packet, int start, int length) {
        int position = packet.position();
        int limit = packet.limit();
        packet.limit(start + length).position(start);
        boolean keyframe = format.isKeyframeStart(packet);
        packet.limit(limit).position(position);
        return keyframe;
    }

    /** Returns the parameter sets that have to go before the packet, see {@link ParameterSetCache#before}. */
    List<ByteBuffer> setsBefore(
            ByteBuffer packet, int start, int length, boolean keyframe, long sequence, long timestamp) {
        ParameterSetCache cache = parameterSets;
        if (cache == null) {
            return List.of();
        }
        int position = packet.position();
        int limit = packet.limit();
        packet.limit(start + length).position(start);
        List<ByteBuffer> sets = cache.before(packet, keyframe, sequence, timestamp);
        packet.limit(limit).position(position);
        return sets;
    }
}
