package dev.weir.bench;

import dev.weir.webrtc.client.WhepListener;
import dev.weir.webrtc.rtp.RtpHeader;
import java.nio.ByteBuffer;
import org.HdrHistogram.Recorder;

/** Records the time from the publisher's send call to the viewer's receive call, network and both clients included. */
final class LatencyRecorder implements WhepListener {
    private final Recorder nanos;
    private volatile boolean closed;

    LatencyRecorder(Recorder nanos) {
        this.nanos = nanos;
    }

    @Override
    public void onRtp(int track, ByteBuffer packet, long extendedSequence, long nowNanos) {
        if (RtpHeader.payloadLength(packet) >= SyntheticStream.AUDIO_LENGTH) {
            int payload = packet.position() + RtpHeader.headerLength(packet);
            nanos.recordValue(Math.max(0, System.nanoTime() - SyntheticStream.sentNanos(packet, payload)));
        }
    }

    @Override
    public void onClosed(String reason) {
        closed = true;
    }

    boolean isClosed() {
        return closed;
    }
}
