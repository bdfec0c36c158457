package dev.weir.gateway.egress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.gateway.metrics.Meter;
import dev.weir.gateway.metrics.Meters;
import dev.weir.gateway.relay.MediaRelay;
import dev.weir.gateway.relay.Publication;
import dev.weir.gateway.relay.Publisher;
import dev.weir.gateway.relay.RelayPacket;
import dev.weir.gateway.relay.RelayTrack;
import dev.weir.gateway.simulation.ViewerLines;
import dev.weir.gateway.simulation.VirtualLoop;
import dev.weir.gateway.simulation.VirtualTime;
import dev.weir.webrtc.rtp.MediaKind;
import dev.weir.webrtc.rtp.RtpHeader;
import dev.weir.webrtc.sdp.CodecFormat;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
    private int keyframesAsked;

    ViewerFeedTest() throws Exception {
        publication = relay.registerPublisher("a", new Publisher() {
            @Override
            public boolean isAlive() {
                return true;
            }

            @Override
            public void requestKeyframe(int trackIndex, String rid) {
                keyframesAsked++;
            }
        });
        publication.announce(List.of(new RelayTrack(0, "v", MediaKind.VIDEO, VP8, List.of())));
    }

    /** A viewer and the first payload byte of each packet that it was sent. */
    private final class Watcher implements MediaSink {
        private final List<Integer> seen = new ArrayList<>();
        private final List<Integer> numbers = new ArrayList<>();
        private final Egress egress;
        private final ViewerSubscriber subscriber;

        Watcher(VirtualLoop home) {
            egress = new Egress(
                    List.of(ViewerLines.video("0", VP8)),
                    publication.stream(),
                    "c",
                    new SplittableRandom(1),
                    this,
                    meters);
            subscriber = new ViewerSubscriber(egress, ViewerFeed.of(publication.stream(), home, meters), home);
            relay.addSubscriber("a", subscriber);
        }

        void leave() {
            subscriber.close();
            relay.removeSubscriber(publication.stream(), subscriber);
        }

        /** Sends all that it was given to join with. */
        void pace() {
            while (egress.wantsPacing()) {
                time.run(Egress.PACE_NANOS);
                egress.onPace(time.nowNanos());
            }
        }

        @Override
        public boolean sendRtp(ByteBuffer packet, long nowNanos) {
            seen.add((int) packet.get(RtpHeader.FIXED_LENGTH));
            numbers.add(RtpHeader.sequenceNumber(packet));
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

    private void publish(int mark, boolean keyframe) {
        publish(mark, keyframe, true);
    }

    private void publish(int mark, boolean keyframe, boolean endsPicture) {
        time.run(1_000_000);
        sequence++;
        int unused = publication.publish(RelayPacket.builder(MediaKind.VIDEO)
                .ssrc(1)
                .epoch(publication.epoch())
                .extendedSequence(sequence)
                .extendedTimestamp(sequence * 3_000)
                .arrival(time.nowNanos(), time.nowNanos() / 1_000)
                .marker(endsPicture)
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
        leaves.leave();
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

    /** Who joined then was not told that packets were lost behind what it joined with, and asked for no keyframe. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whoJoinsALoopThatLosesVideoAwaitsTheNextKeyframeToo(boolean joinsBetweenPictures) {
        Watcher early = new Watcher(other);
        publish(1, true);
        for (int i = 1; i < TOO_MANY; i++) {
            publish(2, false);
        }
        publish(2, false, joinsBetweenPictures);
        Watcher late = new Watcher(other);
        publish(3, false);
        early.leave();
        keyframesAsked = 0;
        turn(otherTurns);
        late.pace();

        assertThat(late.seen).hasSize(1 + TOO_MANY).startsWith(1, 2).endsWith(2, 2);
        assertThat(keyframesAsked).isZero();
        late.egress.onTick(time.nowNanos(), 0);
        assertThat(keyframesAsked).isEqualTo(1);

        publish(4, true);
        publish(5, false);
        turn(otherTurns);
        assertThat(late.seen).hasSize(1 + TOO_MANY + 2).endsWith(2, 4, 5);
        int first = late.numbers.get(0);
        assertThat(late.numbers).as("none missing").last().isEqualTo(first + TOO_MANY + 2);
    }

    /** The rest of the join was let go, because the loss behind it had been told before it was sent. */
    @Test
    void aLossBehindTheJoinLeavesTheJoinWhole() {
        publish(1, true);
        for (int i = 0; i < 100; i++) {
            publish(2, false);
        }
        Watcher watcher = new Watcher(other);
        publish(3, false);
        turn(otherTurns);
        for (int i = 0; i < TOO_MANY; i++) {
            publish(3, false);
        }
        turn(otherTurns);
        watcher.pace();

        assertThat(watcher.seen).startsWith(1, 2).endsWith(3, 3).hasSizeGreaterThan(4_000);
    }
}
