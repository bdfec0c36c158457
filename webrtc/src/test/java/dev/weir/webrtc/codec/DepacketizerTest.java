package dev.weir.webrtc.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Payloads made by hand after the RFCs, for what the recorded streams do not have. */
class DepacketizerTest {
    private final List<EncodedFrame> frames = new ArrayList<>();
    private long sequence = 1_000;

    @Test
    void aggregatedH264BecomesLengthPrefixedUnits() {
        Depacketizer h264 = Depacketizer.of(Codec.H264);

        push(h264, "780003674201000268ce000265b8", true, 10);

        assertThat(onlyData()).isEqualTo("00000003674201" + "0000000268ce" + "0000000265b8");
        assertThat(frames.get(0).keyframe()).isTrue();
    }

    /** OBS sends SPS and PPS in packets of their own; some senders give them a marker or a timestamp of their own too. */
    @Test
    void parameterSetsAloneOpenTheNextFrame() {
        Depacketizer h264 = Depacketizer.of(Codec.H264);

        push(h264, "674201", true, 10);
        push(h264, "68ce", false, 11);
        push(h264, "65b8", true, 20);

        assertThat(onlyData()).isEqualTo("00000003674201" + "0000000268ce" + "0000000265b8");
        assertThat(frames.get(0).extendedTimestamp()).isEqualTo(20);
        assertThat(frames.get(0).firstSequence()).isEqualTo(1_000);
        assertThat(frames.get(0).damaged()).isFalse();
    }

    @Test
    void frameEndsWithTheTimestampWhenNobodySetsMarkers() {
        Depacketizer h264 = Depacketizer.of(Codec.H264);

        push(h264, "419a01", false, 10);
        push(h264, "419a02", false, 20);
        push(h264, "419a03", true, 30);

        assertThat(frames).hasSize(3).noneMatch(EncodedFrame::damaged);
    }

    @Test
    void paddingOnlyPacketIsNoLoss() {
        Depacketizer h264 = Depacketizer.of(Codec.H264);

        push(h264, "419a01", true, 10);
        push(h264, "", false, 10);
        push(h264, "", true, 10);
        push(h264, "419a02", true, 20);

        assertThat(frames).hasSize(2).noneMatch(EncodedFrame::damaged).noneMatch(EncodedFrame::afterLoss);
    }

    @Test
    void lossBetweenFramesIsToldApartFromDamage() {
        Depacketizer h264 = Depacketizer.of(Codec.H264);

        push(h264, "419a01", true, 10);
        sequence += 5;
        push(h264, "419a02", true, 20);
        push(h264, "419a03", true, 30);

        assertThat(frames.stream().map(EncodedFrame::afterLoss)).containsExactly(false, true, false);
        assertThat(frames).noneMatch(EncodedFrame::damaged);
    }

    @Test
    void lostMarkerDamagesTheFrameBeforeTheHole() {
        Depacketizer h264 = Depacketizer.of(Codec.H264);

        push(h264, "5c819a01", false, 10);
        sequence++;
        push(h264, "419a02", true, 20);

        assertThat(frames.stream().map(EncodedFrame::damaged)).containsExactly(true, false);
    }

    @Test
    void joiningInTheMiddleOfAFrameGivesADamagedOne() {
        Depacketizer h264 = Depacketizer.of(Codec.H264);

        push(h264, "7c05b8", false, 10);
        push(h264, "419a02", true, 10);

        assertThat(frames).hasSize(1).allMatch(EncodedFrame::damaged);
    }

    @Test
    void spatialLayersOfVp9BecomeASuperframe() {
        Depacketizer vp9 = Depacketizer.of(Codec.VP9);

        push(vp9, "ac923410 01 820102", false, 10); // layer 0: B and E
        push(vp9, "a8923412 01 8603", false, 10); // layer 1: B
        push(vp9, "a4923412 01 04", true, 10); // layer 1: E and the marker

        assertThat(onlyData()).isEqualTo("820102" + "860304" + "d9" + "03000000" + "03000000" + "d9");
        assertThat(frames.get(0).keyframe()).isTrue();
        assertThat(frames.get(0).damaged()).isFalse();
    }

    @Test
    void av1ObusGetSizesBackAndDelimitersGo() {
        Depacketizer av1 = Depacketizer.of(Codec.AV1);

        // W=3, N: temporal delimiter, sequence header, beginning of a frame (Y).
        push(av1, "78 01 10 03 08aabb 30100c", false, 10);
        // Z and Y: the whole packet is the middle of the frame.
        push(av1, "d0 0d0e", false, 10);
        // Z: its end, with a padding OBU behind it (W=0).
        push(av1, "80 01 0f 02 78ff", true, 10);

        assertThat(onlyData()).isEqualTo("0a02aabb" + "3205100c0d0e0f");
        assertThat(frames.get(0).keyframe()).isTrue();
        assertThat(frames.get(0).damaged()).isFalse();
    }

    @Test
    void av1ObuThatHasItsSizeAlreadyKeepsOne() {
        Depacketizer av1 = Depacketizer.of(Codec.AV1);

        push(av1, "10 32 03 30aabb", true, 10);

        assertThat(onlyData()).isEqualTo("320330aabb");
        assertThat(frames.get(0).keyframe()).isFalse();
    }

    @Test
    void av1FragmentWithoutItsRestIsDamaged() {
        Depacketizer av1 = Depacketizer.of(Codec.AV1);

        push(av1, "10 3030aabb", false, 10);
        push(av1, "50 3030aabb", true, 10);

        assertThat(frames).hasSize(1).allMatch(EncodedFrame::damaged);
    }

    @Test
    void everyAudioPayloadIsAFrame() {
        Depacketizer opus = Depacketizer.of(Codec.OPUS);

        push(opus, "fc01", false, 960);
        push(opus, "", false, 960);
        sequence++;
        push(opus, "fc02", true, 1_920);

        assertThat(frames.stream().map(frame -> hex(frame.data()))).containsExactly("fc01", "fc02");
        assertThat(frames.stream().map(EncodedFrame::afterLoss)).containsExactly(false, true);
        assertThat(frames).allMatch(EncodedFrame::keyframe);
    }

    @Test
    void durationsOfOpusAreThoseOfItsTable() {
        // RFC 6716 table 2 and section 3.2: configurations 0, 3, 12, 13, 16, 19, 31 with codes 0, 1 and 3.
        assertThat(samples("00")).isEqualTo(480);
        assertThat(samples("18")).isEqualTo(2_880);
        assertThat(samples("19")).isEqualTo(5_760);
        assertThat(samples("60")).isEqualTo(480);
        assertThat(samples("68")).isEqualTo(960);
        assertThat(samples("80")).isEqualTo(120);
        assertThat(samples("98")).isEqualTo(960);
        assertThat(samples("fc")).isEqualTo(960);
        assertThat(samples("fb03")).isEqualTo(2_880);
        assertThat(samples("fb3f")).as("beyond 120 ms").isZero();
        assertThat(samples("fb")).as("frame count cut off").isZero();
        assertThat(samples("")).isZero();
        assertThat(OpusToc.channels(bytes("fc"))).isEqualTo(2);
        assertThat(OpusToc.channels(bytes("f8"))).isEqualTo(1);
    }

    @Test
    void parameterSetsAreReadFromTheSdp() {
        // FFmpeg 8.0.1 wrote this for the recorded H264 stream.
        ParameterSets sets = ParameterSets.of(Codec.H264);

        boolean changed =
                sets.observeFmtp("packetization-mode=1; sprop-parameter-sets=Z2QAFay0D4Y9RGAiAAADAAIAAAMAKR4sXUA=,"
                        + "aO88sA==; profile-level-id=640015");

        assertThat(changed).isTrue();
        assertThat(sets.isComplete()).isTrue();
        H264Sps sps = H264Sps.parse(sets.sps().get(0)).orElseThrow();
        assertThat(sps.widthPx()).isEqualTo(494);
        assertThat(sps.heightPx()).isEqualTo(370);
        assertThat(sps.profileIdc()).isEqualTo(100);
        assertThat(sets.observeFmtp("sprop-parameter-sets=!!,")).isFalse();
    }

    private void push(Depacketizer depacketizer, String payload, boolean marker, long timestamp) {
        depacketizer.push(bytes(payload), marker, sequence++, timestamp, frames::add);
    }

    private String onlyData() {
        assertThat(frames).hasSize(1);
        return hex(frames.get(0).data());
    }

    private static int samples(String packet) {
        return OpusToc.durationSamples(bytes(packet));
    }

    private static ByteBuffer bytes(String digits) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(digits.replace(" ", "")));
    }

    private static String hex(ByteBuffer data) {
        byte[] bytes = new byte[data.remaining()];
        data.get(data.position(), bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
