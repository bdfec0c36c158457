package dev.weir.gateway.egress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.gateway.metrics.Meter;
import dev.weir.gateway.metrics.Meters;
import dev.weir.gateway.relay.MediaRelay;
import dev.weir.gateway.relay.Publication;
import dev.weir.gateway.relay.RelayPacket;
import dev.weir.gateway.relay.RelayTrack;
import dev.weir.gateway.simulation.VirtualLoop;
import dev.weir.gateway.simulation.VirtualTime;
import dev.weir.webrtc.rtp.MediaKind;
import dev.weir.webrtc.rtp.RtpHeader;
import dev.weir.webrtc.sdp.CodecFormat;
import dev.weir.webrtc.sdp.NegotiatedMedia;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Viewers of one stream on two loops, which turn when the test says so. */
class ViewerFeedTest {
    private static final CodecFormat VP8 = new CodecFormat("VP8", 90_000, 1, "");
    /** More than a feed has room for. */
    private static final int TOO_MANY = 5_000;

    private final MediaRelay relay = new MediaRelay();
    private final Meters meters = new Meters();
    private final VirtualTime time = new VirtualTime();
    private final ArrayDeque<Runnable> turns = new ArrayDeque<>();
    private final ArrayDeque<Runnable> otherTurns = new ArrayDeque<>();
    private final VirtualLoop loop = new VirtualLoop(time, task -> () -> turns.add(task));
    private final VirtualLoop other = new VirtualLoop(time, task -> () -> otherTurns.add(task));
    private final Publication publication;
    private long sequence;

    ViewerFeedTest() throws Exception {
        publication = relay.registerPublisher("a", () -> true);
        publication.announce(List.of(new RelayTrack(0, "v", MediaKind.VIDEO, VP8, List.of())));
    }

    /** A viewer and the first payload byte of each packet that it was sent. */
    private final class Watcher implements MediaSink {
        private final List<Integer> seen = new ArrayList<>();
        private final ViewerSubscriber subscriber;

        Watcher(VirtualLoop home) {
            Egress egress =
                    new Egress(List.of(video()), publication.stream(), "c", new SplittableRandom(1), this, meters);
            subscriber = new ViewerSubscriber(egress, ViewerFeed.of(publication.stream(), home, meters), home);
            relay.addSubscriber("a", subscriber);
        }

        @Override
        public boolean sendRtp(ByteBuffer packet, long nowNanos) {
            seen.add((int) packet.get(RtpHeader.FIXED_LENGTH));
            return true;
        }

        @Override
        public boolean resendRtp(ByteBuffer protectedPacket, long nowNanos) {
            return true;
        }

        @Override
        public boolean sendRtcp(ByteBuffer compound, long nowNanos) {
            return true;
        }
    }

    private static NegotiatedMedia video() {
        return new NegotiatedMedia(
                "0",
                "video",
                false,
                Map.of(96, VP8),
                Map.of(),
                Map.of(),
                List.of(),
                List.of(0xA0L),
                Map.of(),
                Map.of(96, Set.of("nack")),
                0);
    }

    private void publish(int mark, boolean keyframe) {
        time.run(1_000_000);
        sequence++;
        int unused = publication.publish(RelayPacket.builder(MediaKind.VIDEO)
                .ssrc(1)
                .epoch(publication.epoch())
                .extendedSequence(sequence)
                .extendedTimestamp(sequence * 3_000)
                .arrival(time.nowNanos(), time.nowNanos() / 1_000)
                .marker(true)
                .keyframeStart(keyframe)
                .payload(new byte[] {(byte) mark})
                .build());
    }

    private static void turn(ArrayDeque<Runnable> loop) {
        for (Runnable task = loop.poll(); task != null; task = loop.poll()) {
            task.run();
        }
    }

    @Test
    void whoComesInTheMiddleOfATurnGetsTheKeyframeAndThenWhatFollows() {
        Watcher early = new Watcher(loop);
        publish(1, true);
        publish(2, false);
        Watcher late = new Watcher(loop);
        Watcher elsewhere = new Watcher(other);
        publish(3, false);

        turn(turns);
        turn(otherTurns);

        assertThat(early.seen).containsExactly(1, 2, 3);
        assertThat(late.seen).containsExactly(1, 2, 3);
        assertThat(elsewhere.seen).containsExactly(1, 2, 3);
    }

    @Test
    void whoLeavesGetsNothingMoreNotEvenOfWhatWaits() {
        Watcher stays = new Watcher(loop);
        Watcher leaves = new Watcher(loop);
        publish(1, true);
        turn(turns);
        publish(2, false);
        leaves.subscriber.close();
        relay.removeSubscriber(publication.stream(), leaves.subscriber);
        publish(3, false);
        turn(turns);

        assertThat(stays.seen).containsExactly(1, 2, 3);
        assertThat(leaves.seen).containsExactly(1);
        assertThat(publication.stream().stats().packetsForwarded()).isEqualTo(2 + 2 + 1);
    }

    @Test
    void aLoopThatIsLateLosesVideoUpToTheNextKeyframeAndOthersLoseNothing() {
        Watcher prompt = new Watcher(loop);
        Watcher late = new Watcher(other);
        Watcher lateToo = new Watcher(other);
        publish(1, true);
        turn(turns);
        turn(otherTurns);
        for (int i = 0; i < TOO_MANY; i++) {
            publish(2, false);
            turn(turns);
        }
        turn(otherTurns);
        publish(3, false);
        publish(4, true);
        publish(5, false);
        turn(turns);
        turn(otherTurns);

        assertThat(prompt.seen).hasSize(TOO_MANY + 4);
        assertThat(late.seen).hasSizeLessThan(TOO_MANY).endsWith(2, 4, 5).doesNotContain(3);
        assertThat(lateToo.seen).isEqualTo(late.seen);
        long dropped = 2L * (TOO_MANY + 4 - late.seen.size());
        assertThat(publication.stream().stats().packetsDropped()).isEqualTo(dropped);
        assertThat(meters.count(Meter.RTP_PACKETS_DROPPED)).isEqualTo(dropped);
    }
}
