package dev.weir.standalone.loadtest;

import dev.weir.webrtc.client.WhepListener;
import dev.weir.webrtc.rtp.RtpHeader;
import java.nio.ByteBuffer;

/** One viewer: notes when its first packet and its first whole keyframe came, and how long packets were under way. */
final class LoadViewer implements WhepListener {
    private final Audience audience;
    private final long postedNanos;
    private boolean hasPacket;
    private boolean hasKeyframe;
    private long keyframeTimestamp;
    private int keyframePackets;

    /** {@code postedNanos} = just before the POST. */
    LoadViewer(Audience audience, long postedNanos) {
        this.audience = audience;
        this.postedNanos = postedNanos;
    }

    @Override
    public void onRtp(int track, ByteBuffer packet, long extendedSequence, long loopNanos) {
        int length = RtpHeader.payloadLength(packet);
        int payload = packet.position() + RtpHeader.headerLength(packet);
        if (length == 0) {
            return;
        }
        long now = System.nanoTime();
        if (!hasPacket) {
            hasPacket = true;
            audience.firstPacket.recordValue(now - postedNanos);
        }
        if (SyntheticStream.isTimed(packet, payload, length)) {
            audience.latency.recordValue(Math.max(0, now - SyntheticStream.sentNanos(packet, payload)));
            if (!hasKeyframe) {
                onTimed(packet, payload, now);
            }
        }
    }

    private void onTimed(ByteBuffer packet, int payload, long now) {
        int count = SyntheticStream.keyframePackets(packet, payload);
        if (count == 0) {
            return;
        }
        if (RtpHeader.timestamp(packet) != keyframeTimestamp) {
            keyframeTimestamp = RtpHeader.timestamp(packet);
            keyframePackets = 0;
        }
        if (++keyframePackets == count) {
            hasKeyframe = true;
            audience.keyframe.recordValue(now - postedNanos);
        }
    }

    @Override
    public void onClosed(String reason) {
        audience.onClosed(reason);
    }
}
