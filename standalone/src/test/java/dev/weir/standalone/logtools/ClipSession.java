package dev.weir.standalone.logtools;

import dev.weir.standalone.clip.TestClip;
import dev.weir.standalone.demo.ClipPublisher;
import dev.weir.webrtc.client.ClientConfig;
import dev.weir.webrtc.client.ClientTrack;
import dev.weir.webrtc.client.WhipClient;
import dev.weir.webrtc.client.WhipListener;
import dev.weir.webrtc.codec.Codec;
import dev.weir.webrtc.net.EventLoop;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** Publishes the bundled clip in real time. */
final class ClipSession {
    private ClipSession() {}

    /** Publishes for {@code duration}, or until the session is over or {@code stop} is set; returns what was sent. */
    static ClipPublisher publish(URI whip, EventLoop loop, Duration duration, AtomicBoolean stop) throws Exception {
        WhipListener listener = new WhipListener() {
            @Override
            public void onClosed(String reason) {
                stop.set(true);
            }
        };
        try (WhipClient client = WhipClient.publish(
                whip,
                List.of(ClientTrack.of(Codec.H264), ClientTrack.of(Codec.OPUS)),
                loop,
                listener,
                ClientConfig.create())) {
            client.awaitConnected(Duration.ofSeconds(20));
            ClipPublisher publisher = new ClipPublisher(TestClip.load(), client);
            publisher.run(duration, () -> !stop.get());
            return publisher;
        }
    }
}
