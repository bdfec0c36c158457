package dev.weir.gateway.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.webrtc.rtp.MediaKind;
import dev.weir.webrtc.sdp.CodecFormat;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class MediaRelayTest {
    private static final List<RelayTrack> TRACKS = List.of(
            new RelayTrack(0, "video", MediaKind.VIDEO, new CodecFormat("VP8", 90_000, 1, ""), List.of()),
            new RelayTrack(1, "audio", MediaKind.AUDIO, new CodecFormat("opus", 48_000, 2, ""), List.of()));

    private long sequence = 100;

    private RelayPacket video(boolean keyframe) {
        sequence++;
        return RelayPacket.builder(MediaKind.VIDEO)
                .extendedSequence(sequence)
                .extendedTimestamp(sequence * 3000)
                .arrival(sequence * 33_000_000, 0)
                .keyframeStart(keyframe)
                .payload(new byte[10])
                .build();
    }

    private RelayPacket audio() {
        sequence++;
        return RelayPacket.builder(MediaKind.AUDIO)
                .trackIndex(1)
                .extendedSequence(sequence)
                .arrival(sequence * 33_000_000, 0)
                .payload(new byte[5])
                .build();
    }

    private static List<RelayPacket> drain(Subscription subscription) {
        List<RelayPacket> all = new ArrayList<>();
        for (Optional<RelayPacket> next = subscription.poll(); next.isPresent(); next = subscription.poll()) {
            all.add(next.get());
        }
        return all;
    }

    /** A publisher that can die and remembers what was asked of it. */
    private static final class Camera implements Publisher {
        private final AtomicBoolean alive = new AtomicBoolean(true);
        private int keyframeRequests;
        private boolean superseded;

        @Override
        public boolean isAlive() {
            return alive.get();
        }

        @Override
        public void requestKeyframe(int trackIndex, String rid) {
            keyframeRequests++;
        }

        @Override
        public void supersede() {
            superseded = true;
        }
    }

    @Test
    void publishReachesEverySubscriberOfItsStreamAndIsCounted() {
        MediaRelay relay = new MediaRelay();
        relay.createStream("a");
        relay.createStream("b");
        Subscription one = relay.subscribe("a");
        Subscription two = relay.subscribe("a");
        Subscription other = relay.subscribe("b");

        RelayPacket packet = video(true);
        int reached = relay.publish("a", packet);

        assertThat(reached).isEqualTo(2);
        assertThat(drain(one)).containsExactly(packet);
        assertThat(drain(two)).containsExactly(packet);
        assertThat(drain(other)).isEmpty();
        StreamStats stats = relay.stats("a").orElseThrow();
        assertThat(stats.subscriberCount()).isEqualTo(2);
        assertThat(stats.packetsForwarded()).isEqualTo(2);
        assertThat(stats.bytesForwarded()).isEqualTo(20);
        assertThat(stats.packetsReceived()).isEqualTo(1);
        assertThat(relay.viewerCount("a")).isEqualTo(2);
        assertThat(relay.streams()).extracting(StreamRelay::id).containsExactly("a", "b");
    }

    @Test
    void closedSubscriptionsHearNoMore() {
        MediaRelay relay = new MediaRelay();
        relay.createStream("a");
        Subscription subscription = relay.subscribe("a");
        relay.publish("a", video(true));

        subscription.close();
        subscription.close();
        int reached = relay.publish("a", video(false));

        assertThat(reached).isZero();
        assertThat(drain(subscription)).hasSize(1);
        assertThat(relay.viewerCount("a")).isZero();
    }

    @Test
    void unknownStreamsAreAnswersNotAccidents() {
        MediaRelay relay = new MediaRelay();

        assertThat(relay.publish("none", video(true))).isZero();
        assertThat(relay.stats("none")).isEmpty();
        assertThat(relay.viewerCount("none")).isZero();
        assertThatThrownBy(() -> relay.subscribe("none")).isInstanceOf(NoSuchElementException.class);
        assertThatThrownBy(() -> relay.createStream("a b")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aLateSubscriberBeginsWithTheLastKeyframeAndLiveAudio() {
        MediaRelay relay = new MediaRelay();
        relay.createStream("a");
        relay.publish("a", video(true));
        RelayPacket keyframe = video(true);
        RelayPacket delta = video(false);
        relay.publish("a", keyframe);
        relay.publish("a", audio());
        relay.publish("a", delta);
        Subscription late = relay.subscribe("a");

        RelayPacket live = audio();
        relay.publish("a", live);

        assertThat(drain(late)).containsExactly(keyframe, delta, live);
    }

    /** The rest of such a keyframe was forgotten, and who joined began with a torn picture. */
    @Test
    void aKeyframeWhoseStartWasRepairedIsWholeForLateSubscribers() {
        MediaRelay relay = new MediaRelay();
        relay.createStream("a");
        for (boolean first : new boolean[] {true, false}) {
            RelayPacket old = video(!first);
            RelayPacket start = video(true);
            RelayPacket rest = video(false);
            relay.publish("a", old);
            relay.publish("a", rest);
            relay.publish("a", start);

            Subscription late = relay.subscribe("a");
            RelayPacket live = audio();
            relay.publish("a", live);

            assertThat(drain(late)).containsExactly(start, rest, live);
        }
    }

    @Test
    void aStartThatComesAfterTheNextKeyframeBeginsNothing() {
        MediaRelay relay = new MediaRelay();
        relay.createStream("a");
        RelayPacket late = video(true);
        RelayPacket keyframe = video(true);
        relay.publish("a", keyframe);
        relay.publish("a", late);

        Subscription reader = relay.subscribe("a");
        RelayPacket live = audio();
        relay.publish("a", live);

        assertThat(drain(reader)).containsExactly(keyframe, live);
    }

    @Test
    void aSlowSubscriberLosesVideoUpToTheNextKeyframeAndIsToldHowMuch() {
        MediaRelay relay = new MediaRelay(new RelayConfig(1_000_000, Duration.ofSeconds(10), 4, false), List.of());
        relay.createStream("a");
        Subscription slow = relay.subscribe("a");
        for (int i = 0; i < 6; i++) {
            relay.publish("a", video(i == 0));
        }

        assertThat(slow.lagged()).isEqualTo(2);
        assertThat(drain(slow)).hasSize(4);
        relay.publish("a", video(false));
        RelayPacket sound = audio();
        relay.publish("a", sound);
        RelayPacket keyframe = video(true);
        relay.publish("a", keyframe);

        assertThat(drain(slow)).containsExactly(sound, keyframe);
        assertThat(slow.lagged()).isEqualTo(3);
        assertThat(relay.stats("a").orElseThrow().packetsDropped()).isEqualTo(3);
    }

    @Test
    void aSecondPublisherIsRefusedUntilTheFirstIsGoneAndThenHasAHigherEpoch() throws Exception {
        MediaRelay relay = new MediaRelay();
        Camera first = new Camera();
        Publication former = relay.registerPublisher("a", first);

        assertThatThrownBy(() -> relay.registerPublisher("a", new Camera()))
                .isInstanceOf(AlreadyPublishedException.class);
        first.alive.set(false);
        Publication next = relay.registerPublisher("a", new Camera());

        assertThat(next.epoch()).isGreaterThan(former.epoch());
        assertThat(first.superseded).isTrue();
        assertThat(former.publish(video(true))).isZero();
    }

    @Test
    void takeoverByPolicyEndsTheFormerPublisher() throws Exception {
        MediaRelay relay = new MediaRelay(RelayConfig.DEFAULT.withTakeover(true), List.of());
        Camera first = new Camera();
        relay.registerPublisher("a", first);

        relay.registerPublisher("a", new Camera());

        assertThat(first.superseded).isTrue();
    }

    @Test
    void aContenderDisturbsNobodyBeforeItTakesOver() throws Exception {
        MediaRelay relay = new MediaRelay();
        Camera first = new Camera();
        Publication held = relay.registerPublisher("a", first);
        held.announce(TRACKS);
        Subscription viewer = relay.subscribe("a");

        Publication contender = relay.contend("a", new Camera(), holder -> holder == first);
        contender.expect(List.of());
        assertThat(contender.publish(video(true))).isZero();
        assertThat(held.publish(video(true))).isEqualTo(1);
        assertThat(first.superseded).isFalse();
        assertThat(relay.find("a").orElseThrow().tracks()).isEqualTo(TRACKS);

        List<Publisher> told = new ArrayList<>();
        assertThat(relay.takeOver(contender, told::add)).isTrue();
        contender.announce(TRACKS);
        assertThat(told).containsExactly(first);
        assertThat(first.superseded).isTrue();
        assertThat(contender.holds()).isTrue();
        assertThat(contender.epoch()).isGreaterThan(held.epoch());
        assertThat(held.publish(video(true))).isZero();
        assertThat(contender.publish(video(true))).isEqualTo(1);
        assertThat(relay.viewerCount("a")).isEqualTo(1);
        viewer.close();
    }

    @Test
    void theLatestContenderWinsAndEarlierOnesDoNotComeAfterIt() throws Exception {
        MediaRelay relay = new MediaRelay();
        Publication held = relay.registerPublisher("a", new Camera());
        Publication early = relay.contend("a", new Camera(), holder -> true);
        Publication late = relay.contend("a", new Camera(), holder -> true);

        assertThat(relay.takeOver(late, former -> {})).isTrue();
        assertThat(relay.takeOver(early, former -> {})).isFalse();
        relay.endPublication(early, "too late");
        relay.endPublication(held, "superseded");
        assertThat(late.holds()).isTrue();
        relay.endPublication(late, "left");

        assertThat(relay.streams()).isEmpty();
    }

    @Test
    void aContenderMayTakeAStreamWhoseHolderLeftMeanwhile() throws Exception {
        MediaRelay relay = new MediaRelay();
        Publication held = relay.registerPublisher("a", new Camera());
        Publication contender = relay.contend("a", new Camera(), holder -> true);
        relay.endPublication(held, "left");
        assertThat(relay.find("a")).isPresent();

        assertThat(relay.takeOver(contender, former -> {})).isTrue();
        assertThat(relay.find("a").orElseThrow().isLive()).isTrue();
    }

    @Test
    void aContenderThatNeverComesLeavesNothing() throws Exception {
        MediaRelay relay = new MediaRelay();
        Publication held = relay.registerPublisher("a", new Camera());
        Publication contender = relay.contend("a", new Camera(), holder -> true);

        relay.endPublication(held, "left");
        relay.endPublication(contender, "never connected");

        assertThat(relay.streams()).isEmpty();
        assertThatThrownBy(() -> {
                    relay.registerPublisher("b", new Camera());
                    relay.contend("b", new Camera(), holder -> false);
                })
                .isInstanceOf(AlreadyPublishedException.class);
    }

    @Test
    void epochsGrowThoughTheWallClockStepsBack() throws Exception {
        Instant[] now = {Instant.ofEpochMilli(1_000_000)};
        MediaRelay relay = new MediaRelay(RelayConfig.DEFAULT, List.of(), () -> now[0]);
        Publication first = relay.registerPublisher("a", new Camera());
        relay.endPublication(first, "test");
        now[0] = Instant.ofEpochMilli(5);

        Publication second = relay.registerPublisher("a", new Camera());

        assertThat(first.epoch()).isEqualTo(1_000_000);
        assertThat(second.epoch()).isEqualTo(1_000_001);
    }

    @Test
    void viewersStayWhileTheirPublisherReturnsAndTheStreamGoesWithTheLast() throws Exception {
        MediaRelay relay = new MediaRelay();
        Publication first = relay.registerPublisher("a", new Camera());
        first.announce(TRACKS);
        Subscription viewer = relay.subscribe("a");
        first.publish(video(true));

        relay.endPublication(first, "left");
        assertThat(relay.find("a")).isPresent();
        assertThat(relay.find("a").orElseThrow().isLive()).isFalse();
        Publication second = relay.registerPublisher("a", new Camera());
        second.publish(video(true));

        assertThat(drain(viewer)).hasSize(2);
        relay.endPublication(second, "left");
        viewer.close();
        relay.removeSubscriber(relay.find("a").orElseThrow(), new Subscriber() {
            @Override
            public boolean offer(RelayPacket packet) {
                return false;
            }
        });
        assertThat(relay.find("a")).isEmpty();
    }

    @Test
    void aTapHearsTracksPacketsAndTheEndOfEachEpochButIsNoViewer() throws Exception {
        List<String> heard = new ArrayList<>();
        MediaRelay relay = new MediaRelay(RelayConfig.DEFAULT, List.of(stream -> new Subscriber() {
            @Override
            public boolean offer(RelayPacket packet) {
                heard.add("packet");
                return true;
            }

            @Override
            public void onTracks(long epoch, List<RelayTrack> tracks) {
                heard.add("tracks " + tracks.size());
            }

            @Override
            public void onSenderReport(
                    long epoch, int track, String rid, long ntp, long timestamp, long arrivalMicros) {
                heard.add("report " + track);
            }

            @Override
            public void onEnd(long epoch, String reason) {
                heard.add("end " + reason);
            }
        }));
        Publication publication = relay.registerPublisher("a", new Camera());
        publication.announce(TRACKS);
        int reached = publication.publish(video(true));
        publication.senderReport(0, "", 1, 2, 3);
        relay.endPublication(publication, "left");
        relay.endPublication(publication, "left again");

        assertThat(heard).containsExactly("tracks 2", "packet", "report 0", "end left");
        assertThat(reached).isZero();
    }

    @Test
    void aPublisherThatNeverSentLeavesNoTraceInTheTaps() throws Exception {
        List<String> created = new ArrayList<>();
        MediaRelay relay = new MediaRelay(RelayConfig.DEFAULT, List.of(stream -> {
            created.add(stream.id());
            return packet -> true;
        }));
        Publication publication = relay.registerPublisher("a", new Camera());
        publication.expect(TRACKS);

        relay.endPublication(publication, "never connected");

        assertThat(created).isEmpty();
        assertThat(relay.find("a")).isEmpty();
    }

    @Test
    void aKeyframeIsRequestedWhenTheJoinBufferCannotHelp() throws Exception {
        MediaRelay relay = new MediaRelay(new RelayConfig(15, Duration.ofSeconds(10), 100, false), List.of());
        Camera camera = new Camera();
        Publication publication = relay.registerPublisher("a", camera);
        publication.announce(TRACKS);
        publication.publish(video(true));
        publication.publish(video(false)); // 20 bytes are more than the buffer may hold.
        relay.subscribe("a");

        publication.publish(video(false));

        assertThat(camera.keyframeRequests).isEqualTo(1);
    }

    @Test
    void parameterSetsInPacketsOfTheirOwnStayWithTheirKeyframe() {
        MediaRelay relay = new MediaRelay();
        relay.createStream("a");
        RelayPacket.Builder frame =
                RelayPacket.builder(MediaKind.VIDEO).extendedTimestamp(9000).keyframeStart(true);
        relay.publish("a", frame.extendedSequence(1).payload(new byte[] {0x67}).build());
        relay.publish("a", frame.extendedSequence(2).payload(new byte[] {0x65}).build());
        Subscription late = relay.subscribe("a");

        relay.publish(
                "a",
                frame.extendedSequence(3)
                        .keyframeStart(false)
                        .payload(new byte[] {1})
                        .build());

        assertThat(drain(late)).extracting(RelayPacket::extendedSequence).containsExactly(1L, 2L, 3L);
    }
}
