package dev.weir.gateway.facts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.gateway.relay.RelayPacket;
import dev.weir.gateway.relay.RelayTrack;
import dev.weir.schemas.StreamCondition;
import dev.weir.schemas.StreamState;
import dev.weir.webrtc.rtp.MediaKind;
import dev.weir.webrtc.sdp.CodecFormat;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** The catalogue entry of a stream: its condition, and up to where it is durable. Virtual time. */
class StreamFactsTest {
    private static final long START = 1_795_000_000_000_000L;
    private static final byte[] KEY = HexFormat.of().parseHex("100000009d012a80026801");

    private final RecordedFacts told = new RecordedFacts();
    private final FrameTracker tracker = new FrameTracker("cam", 3, 4, told);
    private final StreamFacts facts =
            new StreamFacts(tracker, told, new SessionFacts(told), () -> 12, Duration.ofSeconds(10), START);
    private long sequence;

    StreamFactsTest() {
        tracker.tracks(
                List.of(new RelayTrack(0, "video", MediaKind.VIDEO, new CodecFormat("VP8", 90_000, 1, ""), List.of())));
    }

    private static long at(long millis) {
        return START + millis * 1_000;
    }

    /** A key frame of one packet. */
    private void frame(long millis, long batch) {
        tracker.packet(
                RelayPacket.builder(MediaKind.VIDEO)
                        .extendedSequence(sequence++)
                        .extendedTimestamp(millis * 90)
                        .marker(true)
                        .keyframeStart(true)
                        .arrival(0, at(millis))
                        .payload(KEY)
                        .build(),
                batch);
        facts.onPacket(at(millis));
    }

    private StreamState last() {
        return told.streams.get(told.streams.size() - 1);
    }

    @Test
    void theConditionFollowsThePackets() {
        frame(0, 0);
        facts.onTick(at(10));
        assertThat(last().condition()).isEqualTo(StreamCondition.LIVE);
        assertThat(last().viewers()).isEqualTo(12);
        assertThat(last().payloadPartition()).isEqualTo(4);
        facts.onTick(at(1_999));
        assertThat(told.streams).hasSize(1);

        facts.onTick(at(2_000));
        assertThat(last().condition()).isEqualTo(StreamCondition.STALLED);
        assertThat(last().sinceMicros()).isEqualTo(at(2_000));

        frame(2_500, 1);
        facts.onTick(at(2_510));
        assertThat(last().condition()).isEqualTo(StreamCondition.LIVE);

        facts.onEnd(at(3_000));
        assertThat(last().condition()).isEqualTo(StreamCondition.OFFLINE);
        facts.onTick(at(9_000));
        assertThat(last().condition()).isEqualTo(StreamCondition.OFFLINE);
    }

    @Test
    void aLiveStreamIsToldAgainEveryFiveSeconds() {
        for (int millis = 0; millis <= 12_000; millis += 100) {
            frame(millis, 0);
            facts.onTick(at(millis));
        }

        assertThat(told.streams).extracting(StreamState::updatedMicros).containsExactly(at(0), at(5_000), at(10_000));
        assertThat(told.streams).extracting(StreamState::sinceMicros).containsOnly(START);
    }

    @Test
    void theWatermarkIsWhatKafkaHas() {
        frame(0, 0);
        frame(40, 1);
        frame(80, 2);
        facts.onTick(at(90));
        assertThat(last().tracks().get(0).frames()).isEqualTo(3);
        assertThat(last().tracks().get(0).kafkaAckedFrameId()).isEqualTo(-1);
        assertThat(last().kafkaAckedOffset()).isEqualTo(-1);

        tracker.acknowledged(0, OptionalLong.of(700), at(0));
        tracker.acknowledged(1, OptionalLong.of(705), at(40));
        facts.onEnd(at(100));

        assertThat(last().tracks().get(0).kafkaAckedFrameId()).isEqualTo(1);
        assertThat(last().kafkaAckedOffset()).isEqualTo(705);
        assertThat(last().kafkaAckedBatch()).isEqualTo(1);
        assertThat(last().kafkaAckedArrivalMicros()).hasValue(at(40));
        assertThat(last().tracks().get(0).widthPx()).hasValue(640);
    }
}
