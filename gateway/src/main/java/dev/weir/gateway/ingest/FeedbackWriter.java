package dev.weir.gateway.ingest;

import dev.weir.gateway.metrics.Meter;
import dev.weir.gateway.metrics.Meters;
import dev.weir.webrtc.rtcp.RtcpWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes what we tell a publisher: receiver reports, NACKs, keyframe requests, bandwidth feedback. One thread. */
final class FeedbackWriter {
    private static final int MAX_BLOCKS = 31;
    private static final int CAPACITY = 1_400;
    private static final int ROOM_FOR_PROTECTION = 64;
    private final int ownSsrc;
    private final byte[] cname;
    private final RtcpSink sink;
    private final Meters meters;
    private final ByteBuffer out = ByteBuffer.allocate(CAPACITY + ROOM_FOR_PROTECTION);
    private final int[] due = new int[64];
    private int firSequence;

    FeedbackWriter(int ownSsrc, String cname, RtcpSink sink, Meters meters) {
        this.ownSsrc = ownSsrc;
        this.cname = cname.getBytes(StandardCharsets.UTF_8);
        this.sink = sink;
        this.meters = meters;
    }

    /** Sends a receiver report for the sources that sent lately, with SDES and, where agreed on, {@code rembBps} as REMB. */
    void report(List<Source> sources, long rembBps, long nowNanos) {
        int blocks = 0;
        Source remb = null;
        for (Source source : sources) {
            if (source.statistics.isActive()) {
                blocks++;
                remb = source.section.hasRemb() ? source : remb;
            }
        }
        blocks = Math.min(blocks, MAX_BLOCKS);
        out.clear().limit(CAPACITY);
        RtcpWriter.receiverReport(out, ownSsrc, blocks);
        for (Source source : sources) {
            if (blocks > 0 && source.statistics.isActive()) {
                source.statistics.writeBlock(out, source.ssrc, nowNanos);
                blocks--;
            }
        }
        RtcpWriter.sdesCname(out, ownSsrc, cname);
        if (remb != null) {
            RtcpWriter.remb(out, ownSsrc, remb.ssrc, rembBps);
        }
        send(nowNanos);
    }

    /** Asks for the packets of {@code source} that are due. */
    void nack(Source source, long nowNanos) {
        int count = source.nacks.poll(due, nowNanos);
        if (count > 0) {
            begin();
            RtcpWriter.nack(out, ownSsrc, source.ssrc, due, count);
            send(nowNanos);
            source.counters.nacks += count;
            meters.add(Meter.NACKS_SENT, count);
        }
    }

    /** Asks {@code source} for a keyframe, by PLI or, if only that was agreed on, by FIR. */
    void keyframe(Source source, long nowNanos) {
        begin();
        if (!source.section.hasPli() && source.section.hasFir()) {
            source.counters.firs++;
            RtcpWriter.fir(out, ownSsrc, source.ssrc, firSequence++ & 0xFF);
        } else {
            // Clients that announce no feedback at all often answer a PLI nevertheless.
            source.counters.plis++;
            RtcpWriter.pli(out, ownSsrc, source.ssrc);
        }
        send(nowNanos);
        meters.increment(Meter.KEYFRAMES_REQUESTED);
    }

    void arrivals(ArrivalRecorder arrivals, int mediaSsrc, long nowNanos) {
        if (!arrivals.hasNews()) {
            return;
        }
        begin();
        int empty = out.position();
        arrivals.write(out, ownSsrc, mediaSsrc);
        if (out.position() > empty) {
            send(nowNanos);
        }
    }

    /** Leaves the session (RFC 3550 section 6.6). */
    void bye(long nowNanos) {
        begin();
        RtcpWriter.sdesCname(out, ownSsrc, cname);
        RtcpWriter.bye(out, ownSsrc);
        send(nowNanos);
    }

    /** A compound begins with a report (RFC 3550 section 6.1), though nobody we know insists. */
    private void begin() {
        out.clear().limit(CAPACITY);
        RtcpWriter.receiverReport(out, ownSsrc, 0);
    }

    private void send(long nowNanos) {
        out.flip();
        sink.sendRtcp(out, nowNanos);
    }
}
