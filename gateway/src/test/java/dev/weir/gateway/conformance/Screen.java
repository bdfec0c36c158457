package dev.weir.gateway.conformance;

import dev.weir.webrtc.client.WhepListener;
import dev.weir.webrtc.rtp.RtpHeader;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers the video that a viewer got: sequence number and whether it was a keyframe. */
final class Screen implements WhepListener {
    final List<Long> sequences = new CopyOnWriteArrayList<>();
    final List<Boolean> keyframes = new CopyOnWriteArrayList<>();
    final CompletableFuture<String> closed = new CompletableFuture<>();

    @Override
    public void onRtp(int track, ByteBuffer packet, long extendedSequence, long nowNanos) {
        if (track == LiveGateway.VIDEO) {
            keyframes.add((RtpHeader.payload(packet).get(1) & 1) == 0);
            sequences.add(extendedSequence);
        }
    }

    @Override
    public void onClosed(String reason) {
        closed.complete(reason);
    }
}
