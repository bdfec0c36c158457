package dev.weir.gateway.facts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.gateway.relay.RelayPacket;
import dev.weir.gateway.relay.RelayTrack;
import dev.weir.schemas.CaptureClock;
import dev.weir.schemas.FrameMeta;
import dev.weir.schemas.FrameType;
import dev.weir.webrtc.rtp.MediaKind;
import dev.weir.webrtc.sdp.CodecFormat;
import dev.weir.webrtc.sdp.ExtensionUri;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameTrackerTest {
    private static final long EPOCH = 9;
    private static final int PARTITION = 4;
    private static final long START_MICROS = 1_795_000_000_000_000L;
    /** VP8 descriptor with S, then a key frame header of 640x360. */
    private static final String KEY = "10 000000 9d012a 8002 6801";

    private static final List<RelayTrack> TRACKS = List.of(
            new RelayTrack(0, "video", MediaKind.VIDEO, new CodecFormat("VP8", 90_000, 1, ""), List.of(), 96, Map.of()),
            new RelayTrack(
                    1,
                    "audio",
                    MediaKind.AUDIO,
                    new CodecFormat("opus", 48_000, 2, ""),
                    List.of(),
                    111,
                    Map.of(ExtensionUri.AUDIO_LEVEL, 1, ExtensionUri.ABS_CAPTURE_TIME, 2)));

    private final RecordedFacts facts = new RecordedFacts();
    private final FrameTracker tracker = new FrameTracker("cam", EPOCH, PARTITION, facts);
    private long sequence = 1_000;

    FrameTrackerTest() {
        tracker.tracks(TRACKS);
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replace(" ", ""));
    }

    private static RelayPacket video(long sequence, int frame, int index, int of, String rid) {
        boolean key = frame % 10 == 0;
        byte[] payload = index > 0 ? hex("00 55 66") : hex(key ? KEY : "10 01 22 33");
        return RelayPacket.builder(MediaKind.VIDEO)
                .rid(rid)
                .payloadType(96)
                .ssrc(rid.hashCode())
                .extendedSequence(sequence)
                .extendedTimestamp(7_000_000 + frame * 3_000L)
                .marker(index == of - 1)
                .keyframeStart(key && index == 0)
                .arrival(0, START_MICROS + frame * 33_333L + index * 100L)
                .epoch(EPOCH)
                .payload(payload)
                .build();
    }

    /** Frames of three packets each. */
    private List<RelayPacket> frames(int from, int to) {
        List<RelayPacket> packets = new ArrayList<>();
        for (int frame = from; frame < to; frame++) {
            for (int index = 0; index < 3; index++) {
                packets.add(video(sequence++, frame, index, 3, ""));
            }
        }
        return packets;
    }

    private void send(List<RelayPacket> packets) {
        packets.forEach(packet -> tracker.packet(packet, 0));
    }

    private void acknowledgeAll() {
        tracker.acknowledged(0, OptionalLong.of(77), START_MICROS);
    }

    @Test
    void everyFrameIsToldOnceWithWhatIsInIt() {
        send(frames(0, 12));
        acknowledgeAll();

        assertThat(facts.frames)
                .extracting(FrameMeta::frameId)
                .containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L, 11L);
        assertThat(facts.frames).allMatch(FrameMeta::complete).allMatch(FrameMeta::decodable);
        FrameMeta key = facts.frames.get(10);
        assertThat(key.frameType()).isEqualTo(FrameType.KEY);
        assertThat(key.packetCount()).isEqualTo(3);
        assertThat(key.sizeBytes()).isEqualTo(hex(KEY).length + 6);
        assertThat(key.widthPx()).isEqualTo(OptionalInt.of(640));
        assertThat(key.heightPx()).isEqualTo(OptionalInt.of(360));
        assertThat(key.ptsMicros()).isEqualTo(333_333);
        assertThat(key.firstExtendedSequence()).isEqualTo(1_030);
        assertThat(key.lastExtendedSequence()).isEqualTo(1_032);
        assertThat(key.lastArrivalMicros() - key.firstArrivalMicros()).isEqualTo(200);
        assertThat(key.payloadPartition()).isEqualTo(PARTITION);
        assertThat(key.payloadOffset()).hasValue(77);
        assertThat(facts.frames.get(11).frameType()).isEqualTo(FrameType.DELTA);
        assertThat(facts.frames.get(11).widthPx()).isEqualTo(OptionalInt.of(640));
    }

    @Test
    void aFrameIsToldOnlyOnceKafkaHasItsLastPacket() {
        List<RelayPacket> packets = frames(0, 3);
        for (int i = 0; i < packets.size(); i++) {
            tracker.packet(packets.get(i), i / 2);
        }
        assertThat(facts.frames).isEmpty();

        tracker.acknowledged(0, OptionalLong.of(100), START_MICROS);
        assertThat(facts.frames).isEmpty();
        tracker.acknowledged(1, OptionalLong.of(101), START_MICROS);
        tracker.acknowledged(2, OptionalLong.empty(), START_MICROS);
        assertThat(facts.frames)
                .extracting(FrameMeta::payloadOffset)
                .containsExactly(OptionalLong.of(100), OptionalLong.of(101));
        tracker.acknowledged(3, OptionalLong.of(102), START_MICROS);
        tracker.acknowledged(4, OptionalLong.of(103), START_MICROS);
        assertThat(facts.frames).hasSize(3);
        assertThat(facts.frames.get(2).payloadBatch()).isEqualTo(3);
        assertThat(facts.frames.get(2).payloadOffset()).hasValue(102);
        assertThat(tracker.tracks().get(0).acknowledgedFrameId()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void reorderingWithinAFewFramesChangesNothing(long seed) {
        List<RelayPacket> packets = frames(0, 100);
        Random random = new Random(seed);
        for (int i = 3; i + 6 < packets.size(); i += 6) {
            Collections.shuffle(packets.subList(i, i + 6), random);
        }

        send(packets);
        acknowledgeAll();

        assertThat(facts.frames).as("seed %d", seed).hasSize(100);
        assertThat(facts.frames).allMatch(FrameMeta::complete).allMatch(FrameMeta::decodable);
        assertThat(facts.frames).extracting(FrameMeta::extendedTimestamp).isSorted();
    }

    @Test
    void aLostPacketMarksItsFrameAndWhatDependsOnIt() {
        List<RelayPacket> packets = frames(0, 20);
        packets.remove(4 * 3 + 1);
        send(packets);
        tracker.advance(START_MICROS + 10_000_000);
        acknowledgeAll();

        assertThat(facts.frames).hasSize(20);
        assertThat(facts.frames.get(4).missingPackets()).isEqualTo(1);
        assertThat(facts.frames.get(4).complete()).isFalse();
        assertThat(facts.frames.subList(5, 10)).allMatch(FrameMeta::complete).noneMatch(FrameMeta::decodable);
        assertThat(facts.frames.subList(10, 20)).allMatch(FrameMeta::decodable);
    }

    @Test
    void aFrameLostAsAWholeIsMissedByTheNext() {
        List<RelayPacket> packets = frames(0, 10);
        packets.subList(12, 15).clear();
        send(packets);
        tracker.advance(START_MICROS + 10_000_000);
        acknowledgeAll();

        assertThat(facts.frames).hasSize(9);
        assertThat(facts.frames.get(4).missingPackets()).isEqualTo(3);
        assertThat(facts.frames.get(4).complete()).isTrue();
        assertThat(facts.frames.get(4).decodable()).isFalse();
    }

    @Test
    void aLostMarkerBelongsToTheFrameThatIsCutShort() {
        List<RelayPacket> packets = frames(0, 10);
        packets.remove(14);
        send(packets);
        tracker.advance(START_MICROS + 10_000_000);
        acknowledgeAll();

        assertThat(facts.frames).hasSize(10);
        assertThat(facts.frames.get(4).missingPackets()).isEqualTo(1);
        assertThat(facts.frames.get(5).missingPackets()).isZero();
    }

    @Test
    void aPacketThatIsSentAgainInTimeLeavesNoTrace() {
        List<RelayPacket> packets = frames(0, 10);
        RelayPacket late = packets.remove(13);
        packets.add(24, late);
        send(packets);
        acknowledgeAll();

        assertThat(facts.frames).hasSize(10).allMatch(FrameMeta::decodable);
    }

    @Test
    void paddingIsNoFrameAndNoLoss() {
        send(frames(0, 2));
        tracker.packet(
                RelayPacket.builder(MediaKind.VIDEO)
                        .ssrc("".hashCode())
                        .extendedSequence(sequence++)
                        .extendedTimestamp(7_003_000)
                        .arrival(0, START_MICROS + 50_000)
                        .build(),
                0);
        send(frames(2, 4));
        acknowledgeAll();

        assertThat(facts.frames)
                .hasSize(4)
                .allMatch(FrameMeta::decodable)
                .allMatch(frame -> frame.missingPackets() == 0);
    }

    @Test
    void whatTheMirrorLeftOutIsAGapAndNotALoss() {
        send(frames(0, 5));
        tracker.gap();
        sequence += 300;
        send(frames(13, 23));
        tracker.advance(START_MICROS + 10_000_000);
        acknowledgeAll();

        assertThat(facts.frames)
                .extracting(FrameMeta::frameId)
                .doesNotHaveDuplicates()
                .hasSize(15);
        assertThat(facts.frames).allMatch(frame -> frame.missingPackets() == 0);
        assertThat(facts.frames.subList(5, 12)).noneMatch(FrameMeta::decodable);
        assertThat(facts.frames.subList(12, 15)).allMatch(FrameMeta::decodable);
    }

    @Test
    void layersOfSimulcastShareTheNumbersOfTheirTrack() {
        for (int frame = 0; frame < 5; frame++) {
            tracker.packet(video(100 + frame, frame, 0, 1, "l"), 0);
            tracker.packet(video(900 + frame, frame, 0, 1, "h"), 0);
        }
        acknowledgeAll();

        assertThat(facts.frames).extracting(FrameMeta::frameId).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
        assertThat(facts.frames)
                .filteredOn(frame -> frame.rid().equals("h"))
                .hasSize(5)
                .allMatch(FrameMeta::decodable);
    }

    @Test
    void soundTellsItsLevelDurationAndCaptureTime() {
        // One-byte elements: level 42 with voice, 8 bytes of NTP time 1970-01-01T00:00:02.5Z.
        byte[] header = hex("90 6f 0001 00001000 00000005 BEDE 0003 10 AA 27 83AA7E82 80000000 00");
        byte[] packet = java.util.Arrays.copyOf(header, header.length + 3);
        packet[header.length] = (byte) 0xFC;
        tracker.packet(
                RelayPacket.builder(MediaKind.AUDIO)
                        .trackIndex(1)
                        .extendedSequence(1)
                        .extendedTimestamp(4_096)
                        .received(ByteBuffer.wrap(packet), header.length, 3)
                        .build(),
                0);
        acknowledgeAll();

        FrameMeta frame = facts.frames.get(0);
        assertThat(frame.frameType()).isEqualTo(FrameType.AUDIO);
        assertThat(frame.audioLevelDbov()).hasValue(-42);
        assertThat(frame.voiceActivity()).contains(true);
        assertThat(frame.durationMicros()).hasValue(20_000);
        assertThat(frame.captureClock()).isEqualTo(CaptureClock.ABS_CAPTURE_TIME);
        assertThat(frame.captureTimeMicros()).hasValue(2_500_000);
    }

    @Test
    void senderReportsGiveTheCaptureTime() {
        long ntp = (2_208_988_800L + 1_000) << 32;
        tracker.senderReport(0, "", ntp, 7_000_000);
        send(frames(0, 4));
        acknowledgeAll();

        assertThat(facts.frames.get(3).captureClock()).isEqualTo(CaptureClock.SENDER_REPORT);
        assertThat(facts.frames.get(3).captureTimeMicros()).hasValue(1_000_100_000);
    }
}
