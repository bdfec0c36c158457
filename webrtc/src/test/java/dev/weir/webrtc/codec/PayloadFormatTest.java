package dev.weir.webrtc.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Payloads made by hand after the RFCs and the clients' recorded habits (browser, OBS, FFmpeg). */
class PayloadFormatTest {
    @ParameterizedTest
    @CsvSource({
        // format, payload, key frame starts, frame starts
        "H264, 7800026742000168ce000265b8, true, true", // STAP-A [7,8,5], as browsers send it
        "H264, 6742c01f, true, true", // SPS alone, as OBS sends it
        "H264, 68ce3c80, false, true", // PPS alone
        "H264, 65b804, true, true", // IDR, first slice
        "H264, 650804, false, false", // IDR, later slice
        "H264, 419a04, false, true", // non-IDR, first slice
        "H264, 7c85b8, true, true", // FU-A start of an IDR
        "H264, 7c05b8, false, false", // FU-A middle
        "H264, 7c45b8, false, false", // FU-A end
        "H264, 5c819a, false, true", // FU-A start of a non-IDR
        "H264, 7c85, false, false", // FU-A without a byte
        "H264, 78ffff67, false, false", // STAP-A that claims more than there is
        "H265, 40010c01, true, true", // VPS
        "H265, 42010101, true, true", // SPS
        "H265, 2601af, true, true", // IDR_W_RADL, first slice
        "H265, 26012f, false, false", // IDR_W_RADL, later slice
        "H265, 0201d0, false, true", // TRAIL_R
        "H265, 620193af, true, true", // FU start of an IDR
        "H265, 620113af, false, false", // FU middle
        "H265, 6001000440010c0100044201010100042601af08, true, true", // AP [VPS, SPS, IDR]
        "VP8, 1000, true, true", // S, partition 0, P = 0
        "VP8, 1001, false, true", // inter frame
        "VP8, 0000, false, false", // continuation
        "VP8, 1100, false, false", // first packet of partition 1
        "VP8, 90801200, true, true", // X, I: 7-bit picture id
        "VP8, 90808012340030, true, true", // X, I, M: 15-bit picture id
        "VP8, 90e0b234a09d00, true, true", // X with I (15 bits), L, T
        "VP8, 90e0b234a0, false, true", // descriptor without a frame
        "VP9, 8c92348249, true, true", // I (15 bits) B E, profile 0, key frame
        "VP9, 8c923486, false, true", // P clear, but the frame is an inter frame (FFmpeg)
        "VP9, cc923482, false, true", // P set
        "VP9, 84923482, false, false", // continuation
        "VP9, ac92341001 82, true, true", // layer indices, spatial layer 0
        "VP9, ac92341201 82, false, false", // spatial layer 1
        "VP9, 8a923408010082, true, true", // B and a scalability structure of one picture, without sizes
        "VP9, 8a923430 01ee017201ee0172 82, true, true", // scalability structure with two sizes
        "VP9, 8a923430 01ee017201ee, false, true", // the same, cut off
        "AV1, 180a0b00000004, true, true", // W=1, N
        "AV1, 100a0b00000004, true, true", // W=1, a sequence header without N
        "AV1, 1032010000, false, true", // W=1, OBU_FRAME
        "AV1, 1022010000, false, false", // W=1, OBU_TILE_GROUP
        "AV1, 9832010000, false, false", // Z: continuation
        "AV1, 0002 0a0b 0232 01, true, true", // W=0, sequence header then frame
        "AV1, 00ff 0a, false, false", // W=0, size beyond the packet
        "OPUS, fc, true, true",
        "PCMU, ff, true, true",
    })
    void knowsStarts(Codec codec, String payload, boolean keyframe, boolean frame) {
        PayloadFormat format = PayloadFormat.of(codec);

        assertThat(format.isKeyframeStart(hex(payload))).as("key frame start").isEqualTo(keyframe);
        assertThat(format.startsFrame(hex(payload))).as("frame start").isEqualTo(frame);
    }

    @ParameterizedTest
    @EnumSource
    void paddingOnlyPacketIsNothing(Codec codec) {
        PayloadFormat format = PayloadFormat.of(codec);
        ByteBuffer empty = ByteBuffer.allocate(0);

        assertThat(format.isKeyframeStart(empty)).isFalse();
        assertThat(format.startsFrame(empty)).isFalse();
        assertThat(format.endsFrame(empty, true)).isFalse();
    }

    @Test
    void keyframeOfSeveralPacketsStartsOnce() {
        KeyframeStarts starts = new KeyframeStarts(PayloadFormat.of(Codec.H264));

        assertThat(starts.isStart(hex("6742c01f"), 100)).isTrue();
        assertThat(starts.isStart(hex("68ce3c80"), 100)).isFalse();
        assertThat(starts.isStart(hex("65b804"), 100)).isFalse();
        assertThat(starts.isStart(hex("419a04"), 200)).isFalse();
        assertThat(starts.isStart(hex("65b804"), 300)).isTrue();
    }

    @Test
    void encodingNamesAreFoundInAnyCase() {
        assertThat(Codec.ofEncodingName("OPUS")).contains(Codec.OPUS);
        assertThat(Codec.ofEncodingName("h264")).contains(Codec.H264);
        assertThat(Codec.ofEncodingName("rtx")).isEmpty();
    }

    private static ByteBuffer hex(String digits) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(digits.replace(" ", "")));
    }
}
