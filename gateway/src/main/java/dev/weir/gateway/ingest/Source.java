package dev.weir.gateway.ingest;

import dev.weir.webrtc.codec.PayloadFormat;
import dev.weir.webrtc.rtp.MediaKind;
import dev.weir.webrtc.rtp.SequenceUnwrapper;
import dev.weir.webrtc.rtp.TimestampUnwrapper;

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

    private int payloadType = -1;
    private PayloadFormat format;

    Source(int ssrc, Section section, String rid) {
        this.ssrc = ssrc;
        this.section = section;
        this.rid = rid;
        this.nacks = new NackGenerator(section.hasNack());
        this.statistics = new ReceptionStatistics(section.clockRateHz());
        this.senderReports = new SenderReportCheck(section.clockRateHz());
        this.format = PayloadFormat.of(section.expectedCodec());
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
        format = PayloadFormat.of(section.codec(type));
        return true;
    }

    PayloadFormat format() {
        return format;
    }
}
