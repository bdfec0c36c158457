package dev.weir.webrtc.rtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderExtensionsTest {
    private static final String FIXED = "90 60 0001 00000001 00000002 ";

    /** The example of RFC 8285 section 4.2: three one-byte elements with padding between them. */
    @Test
    void findsOneByteElementsBehindPadding() {
        ByteBuffer packet = RtpHeaderTest.hex(FIXED + "bede0003 10aa 21bbbb 0000 33cccccccc");

        assertThat(RtpHeader.isValid(packet)).isTrue();
        assertThat(HeaderExtensions.unsigned(packet, 1)).isEqualTo(0xAA);
        assertThat(HeaderExtensions.unsigned(packet, 2)).isEqualTo(0xBBBB);
        assertThat(HeaderExtensions.unsigned(packet, 3)).isEqualTo(0xCCCCCCCCL);
        assertThat(HeaderExtensions.find(packet, 4)).isEqualTo(-1);
    }

    /** The example of RFC 8285 section 4.3: two-byte elements, one of them empty. */
    @Test
    void findsTwoByteElements() {
        ByteBuffer packet = RtpHeaderTest.hex(FIXED + "10000003 0100 0201aa00 0304bbbbbbbb");

        int empty = HeaderExtensions.find(packet, 1);
        assertThat(HeaderExtensions.length(empty)).isZero();
        assertThat(HeaderExtensions.offset(empty)).isEqualTo(18);
        assertThat(HeaderExtensions.unsigned(packet, 1)).isEqualTo(-1);
        assertThat(HeaderExtensions.unsigned(packet, 2)).isEqualTo(0xAA);
        assertThat(HeaderExtensions.unsigned(packet, 3)).isEqualTo(0xBBBBBBBBL);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bede0001 13aa0000", // longer than the block
                "bede0001 f0aa10bb", // id 15 ends the block
                "10000001 0105aabb", // longer than the block
                "10000001 00000001", // length octet cut off
                "abcd0001 10aa0000", // neither form
            })
    void malformedBlockHasNoElement(String block) {
        ByteBuffer packet = RtpHeaderTest.hex(FIXED + block);

        assertThat(RtpHeader.isValid(packet)).isTrue();
        assertThat(HeaderExtensions.find(packet, 1)).isEqualTo(-1);
        assertThat(HeaderExtensions.text(packet, 1)).isEmpty();
    }

    @Test
    void writtenElementsAreFoundAgain() {
        SplittableRandom random = new SplittableRandom(8285);
        HeaderExtensionWriter writer = new HeaderExtensionWriter();
        for (int round = 0; round < 500; round++) {
            boolean twoByte = random.nextBoolean();
            String mid = "m".repeat(1 + random.nextInt(twoByte ? 40 : 16));
            long number = random.nextLong(1L << 24);
            ByteBuffer packet = ByteBuffer.allocate(200);
            RtpHeader.write(packet, false, 96, round, round, 1);
            writer.begin(packet, twoByte);
            writer.add(3, mid.getBytes(StandardCharsets.UTF_8));
            writer.addUnsigned(14, number, 3);
            writer.end();
            packet.put((byte) 9).flip();

            assertThat(RtpHeader.isValid(packet)).isTrue();
            assertThat(RtpHeader.payloadLength(packet)).isEqualTo(1);
            assertThat(HeaderExtensions.text(packet, 3)).contains(mid);
            assertThat(HeaderExtensions.unsigned(packet, 14)).isEqualTo(number);
        }
    }

    @Test
    void elementThatDoesNotSuitTheFormIsTheCallersBug() {
        HeaderExtensionWriter writer = new HeaderExtensionWriter();
        ByteBuffer packet = ByteBuffer.allocate(200).position(12);
        writer.begin(packet, false);

        assertThatThrownBy(() -> writer.add(15, new byte[1])).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> writer.add(1, new byte[17])).isInstanceOf(IllegalArgumentException.class);
    }
}
