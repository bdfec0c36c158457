package dev.weir.webrtc.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.webrtc.rtp.RtpHeader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RecordedStreamTest {
    @ParameterizedTest
    @EnumSource(names = {"H264", "H265", "VP8", "VP9", "AV1"})
    void framesAreThoseOfTheEncoder(Codec codec) {
        RecordedStream stream = RecordedStream.of(codec);

        List<EncodedFrame> frames = stream.depacketize();

        assertThat(frames.stream().map(RecordedStream::describe)).containsExactlyElementsOf(stream.expectedFrames());
        assertThat(frames.stream().map(EncodedFrame::keyframe))
                .containsExactly(true, false, false, false, true, false, false, false);
        assertThat(frames).noneMatch(EncodedFrame::damaged).noneMatch(EncodedFrame::afterLoss);
    }

    @ParameterizedTest
    @EnumSource(names = {"H264", "H265", "VP8", "VP9", "AV1"})
    void keyframesStartWhereTheirFirstPacketIs(Codec codec) {
        RecordedStream stream = RecordedStream.of(codec);
        KeyframeStarts starts = new KeyframeStarts(PayloadFormat.of(codec));
        List<Long> found = new ArrayList<>();
        for (ByteBuffer packet : stream.packets()) {
            if (starts.isStart(RtpHeader.payload(packet), RtpHeader.timestamp(packet))) {
                found.add((long) RtpHeader.sequenceNumber(packet) + 0x1_0000);
            }
        }

        assertThat(found.stream().map(sequence -> sequence & 0xFFFF))
                .containsExactlyElementsOf(stream.depacketize().stream()
                        .filter(EncodedFrame::keyframe)
                        .map(frame -> frame.firstSequence() & 0xFFFF)
                        .toList());
    }

    /** Whatever packets are lost, a frame that claims to be whole is byte for byte the encoder's, and a loss shows. */
    @ParameterizedTest
    @EnumSource(names = {"H264", "H265", "VP8", "VP9", "AV1"})
    void aHoleNeverPassesForAWholeFrame(Codec codec) {
        RecordedStream stream = RecordedStream.of(codec);
        for (int length = 1; length <= 3; length++) {
            for (int from = 1; from + length < stream.packets().size(); from++) {
                List<EncodedFrame> frames = stream.depacketize(from, length);
                List<String> whole = frames.stream()
                        .filter(frame -> !frame.damaged())
                        .map(RecordedStream::describe)
                        .toList();

                assertThat(stream.expectedFrames())
                        .as("lost %d from %d", length, from)
                        .containsAll(whole);
                assertThat(frames.size() < 8 || frames.stream().anyMatch(frame -> frame.damaged() || frame.afterLoss()))
                        .as("lost %d from %d", length, from)
                        .isTrue();
                assertThat(whole.size()).as("lost %d from %d", length, from).isBetween(8 - length - 1, 8);
            }
        }
    }

    @Test
    void sizesAreReadFromEachCodec() {
        EncodedFrame vp8 = RecordedStream.of(Codec.VP8).depacketize().get(0);
        EncodedFrame vp9 = RecordedStream.of(Codec.VP9).depacketize().get(0);
        EncodedFrame av1 = RecordedStream.of(Codec.AV1).depacketize().get(0);

        assertThat(Vp8Header.parse(vp8.data())).contains(new Vp8Header(true, 0, true, 494, 370));
        assertThat(Vp9Header.parse(vp9.data())).contains(new Vp9Header(0, 8, 0, false, true, true, 494, 370));
        Av1SequenceHeader sequence = Av1SequenceHeader.parse(av1.data()).orElseThrow();
        assertThat(sequence.widthPx()).isEqualTo(494);
        assertThat(sequence.heightPx()).isEqualTo(370);
        assertThat(sequence.profile()).isZero();
        assertThat(sequence.monochrome()).isFalse();
        assertThat(sequence.subsamplingX() && sequence.subsamplingY()).isTrue();
    }

    @Test
    void interFramesHaveNoSize() {
        EncodedFrame vp8 = RecordedStream.of(Codec.VP8).depacketize().get(1);
        EncodedFrame vp9 = RecordedStream.of(Codec.VP9).depacketize().get(1);
        EncodedFrame av1 = RecordedStream.of(Codec.AV1).depacketize().get(1);

        assertThat(Vp8Header.parse(vp8.data()).orElseThrow().keyframe()).isFalse();
        assertThat(Vp9Header.parse(vp9.data())).isEmpty();
        assertThat(Av1SequenceHeader.parse(av1.data())).isEmpty();
    }

    @Test
    void parameterSetsAreReadFromFrames() {
        ParameterSets h264 = ParameterSets.of(Codec.H264);
        ParameterSets h265 = ParameterSets.of(Codec.H265);

        assertThat(h264.observe(
                        RecordedStream.of(Codec.H264).depacketize().get(0).data()))
                .isTrue();
        assertThat(h264.observe(
                        RecordedStream.of(Codec.H264).depacketize().get(4).data()))
                .isFalse();
        assertThat(h265.observe(
                        RecordedStream.of(Codec.H265).depacketize().get(0).data()))
                .isTrue();

        assertThat(h264.isComplete()).isTrue();
        H264Sps sps = H264Sps.parse(h264.sps().get(0)).orElseThrow();
        assertThat(sps.widthPx()).isEqualTo(494);
        assertThat(sps.heightPx()).isEqualTo(370);
        assertThat(sps.chromaFormatIdc()).isEqualTo(1);
        assertThat(h265.isComplete()).isTrue();
        H265Sps hevc = H265Sps.parse(h265.sps().get(0)).orElseThrow();
        assertThat(hevc.widthPx()).isEqualTo(494);
        assertThat(hevc.heightPx()).isEqualTo(370);
        assertThat(hevc.profileIdc()).isEqualTo(1);
        assertThat(hevc.bitDepthLuma()).isEqualTo(8);
    }

    @Test
    void packetizedH264ComesBackWhole() {
        RecordedStream stream = RecordedStream.of(Codec.H264);
        for (int maxPayload : new int[] {64, 333, 1_150}) {
            H264Packetizer packetizer = new H264Packetizer(maxPayload);
            Depacketizer depacketizer = Depacketizer.of(Codec.H264);
            List<EncodedFrame> result = new ArrayList<>();
            long[] sequence = {100};
            for (EncodedFrame frame : stream.depacketize()) {
                packetizer.packetizeLengthPrefixed(frame.data(), (payload, marker) -> {
                    assertThat(payload.remaining()).isLessThanOrEqualTo(maxPayload);
                    depacketizer.push(payload, marker, sequence[0]++, frame.extendedTimestamp(), result::add);
                });
            }

            assertThat(result.stream().map(RecordedStream::describe))
                    .containsExactlyElementsOf(stream.expectedFrames());
            assertThat(result).noneMatch(EncodedFrame::damaged);
        }
    }
}
