package dev.weir.webrtc.rtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RtpHeaderTest {
    /** Made by hand after RFC 3550 section 5.1: two CSRCs, an extension of one word, three bytes of payload, four of padding. */
    private static final String FULL =
            "b2 e0 fffe 80000001 deadbeef 00000001 00000002 bede0001 10aa0000 010203 00000004";

    @Test
    void readsEveryFieldAndLeavesThePacketAlone() {
        ByteBuffer packet = at(7, FULL);

        assertThat(RtpHeader.isValid(packet)).isTrue();
        assertThat(RtpHeader.marker(packet)).isTrue();
        assertThat(RtpHeader.payloadType(packet)).isEqualTo(96);
        assertThat(RtpHeader.sequenceNumber(packet)).isEqualTo(65_534);
        assertThat(RtpHeader.timestamp(packet)).isEqualTo(0x8000_0001L);
        assertThat(RtpHeader.ssrc(packet)).isEqualTo(0xDEADBEEF);
        assertThat(RtpHeader.csrcCount(packet)).isEqualTo(2);
        assertThat(RtpHeader.headerLength(packet)).isEqualTo(12 + 8 + 8);
        assertThat(RtpHeader.paddingLength(packet)).isEqualTo(4);
        assertThat(RtpHeader.payloadLength(packet)).isEqualTo(3);
        assertThat(RtpHeader.payload(packet)).isEqualTo(hex("010203"));
        assertThat(packet.position()).isEqualTo(7);
    }

    @Test
    void paddingOnlyPacketIsValidAndEmpty() {
        ByteBuffer packet = hex("a0 60 0001 00000001 00000002 000003");

        assertThat(RtpHeader.isValid(packet)).isTrue();
        assertThat(RtpHeader.payloadLength(packet)).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "80 60 0001 00000001 000000", // short
                "40 60 0001 00000001 00000002", // version 1
                "81 60 0001 00000001 00000002 0000", // CSRC cut off
                "90 60 0001 00000001 00000002 bede", // extension header cut off
                "90 60 0001 00000001 00000002 bede0002 10aa0000", // extension cut off
                "a0 60 0001 00000001 00000002 00", // padding of zero
                "a0 60 0001 00000001 00000002 000009", // padding longer than the packet
            })
    void refusesWhatDoesNotFit(String packet) {
        assertThat(RtpHeader.isValid(hex(packet))).isFalse();
    }

    @Test
    void writesAndRewritesInPlace() {
        ByteBuffer packet = ByteBuffer.allocate(12);
        RtpHeader.write(packet, true, 111, 0x1_0005, 0x1_0000_0007L, -2);
        packet.flip();

        assertThat(packet).isEqualTo(hex("80 ef 0005 00000007 fffffffe"));

        RtpHeader.setMarker(packet, false);
        RtpHeader.setPayloadType(packet, 96);
        RtpHeader.setSequenceNumber(packet, 65_537);
        RtpHeader.setTimestamp(packet, -1);
        RtpHeader.setSsrc(packet, 3);

        assertThat(packet).isEqualTo(hex("80 60 0001 ffffffff 00000003"));
    }

    static ByteBuffer hex(String digits) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(digits.replace(" ", "")));
    }

    private static ByteBuffer at(int position, String digits) {
        ByteBuffer packet = hex(digits);
        ByteBuffer shifted = ByteBuffer.allocate(position + packet.remaining());
        shifted.position(position).mark();
        shifted.put(packet);
        return shifted.position(position);
    }
}
