package dev.weir.webrtc.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.weir.webrtc.rtp.HeaderExtensionWriter;
import dev.weir.webrtc.rtp.HeaderExtensions;
import dev.weir.webrtc.rtp.RtpHeader;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

/** The AV1 dependency descriptor, by the syntax of appendix A of the AV1 RTP payload format. */
class DependencyDescriptorTest {
    private static final int ID = 5;
    private static final int SAME = 0;
    private static final int NEXT_TEMPORAL = 1;
    private static final int NEXT_SPATIAL = 2;
    private static final int END = 3;

    private final DependencyDescriptor descriptor = new DependencyDescriptor();

    /** Writes bits from the left, as the specification's f(n). */
    private static final class Bits {
        private final byte[] bytes = new byte[64];
        private int bit;

        Bits put(int value, int count) {
            for (int i = count - 1; i >= 0; i--, bit++) {
                bytes[bit >> 3] |= (byte) ((value >> i & 1) << (7 - (bit & 7)));
            }
            return this;
        }

        byte[] bytes() {
            return Arrays.copyOf(bytes, (bit + 7) / 8);
        }
    }

    private static Bits mandatory(boolean start, boolean end, int template, int frameNumber) {
        return new Bits()
                .put(start ? 1 : 0, 1)
                .put(end ? 1 : 0, 1)
                .put(template, 6)
                .put(frameNumber, 16);
    }

    /** A structure of three templates of temporal layer 0, 0, 1 and 2, and its decode targets. */
    private static Bits threeTemporalLayers(int offset, int template, int frameNumber) {
        Bits bits = mandatory(true, true, template, frameNumber)
                .put(0b10000, 5)
                .put(offset, 6)
                .put(2, 5);
        for (int next : new int[] {SAME, NEXT_TEMPORAL, NEXT_TEMPORAL, END}) {
            bits.put(next, 2);
        }
        // Indications of four templates for three targets, which say nothing about layers.
        return bits.put(0x5A5A5A, 24);
    }

    private static ByteBuffer packet(byte[] value) {
        ByteBuffer packet = ByteBuffer.allocate(400);
        RtpHeader.write(packet, true, 45, 1, 2, 3);
        HeaderExtensionWriter writer = new HeaderExtensionWriter();
        writer.begin(packet, value.length > 16);
        writer.add(ID, value);
        writer.end();
        return packet.put(new byte[10]).flip();
    }

    private long read(byte[] value) {
        ByteBuffer packet = packet(value);
        return descriptor.read(packet, HeaderExtensions.find(packet, ID));
    }

    @Test
    void templatesTellTheLayersOfThisFrameAndOfThoseThatFollow() {
        long keyframe = read(threeTemporalLayers(10, 10, 100).bytes());
        assertThat(PictureInfo.temporalLayer(keyframe)).isZero();
        assertThat(PictureInfo.beginsFrame(keyframe)).isTrue();
        assertThat(PictureInfo.endsFrame(keyframe)).isTrue();

        int[] layers = {0, 0, 1, 2};
        for (int i = 0; i < layers.length; i++) {
            long info = read(mandatory(true, false, 10 + i, 101 + i).bytes());
            assertThat(PictureInfo.temporalLayer(info)).as("template %d", i).isEqualTo(layers[i]);
            assertThat(PictureInfo.endsFrame(info)).isFalse();
        }
    }

    @Test
    void templateIdsGoRoundAtSixtyFour() {
        read(threeTemporalLayers(62, 62, 1).bytes());

        // 62, 63, 0, 1 are the four templates.
        assertThat(PictureInfo.temporalLayer(read(mandatory(true, true, 0, 2).bytes())))
                .isEqualTo(1);
        assertThat(PictureInfo.temporalLayer(read(mandatory(true, true, 1, 3).bytes())))
                .isEqualTo(2);
        assertThat(read(mandatory(true, true, 2, 4).bytes())).isEqualTo(PictureInfo.NONE);
    }

    @Test
    void spatialLayersStartAtTemporalLayerZeroAgain() {
        Bits bits = mandatory(true, false, 0, 1).put(0b10000, 5).put(0, 6).put(3, 5);
        for (int next : new int[] {NEXT_TEMPORAL, NEXT_SPATIAL, NEXT_TEMPORAL, END}) {
            bits.put(next, 2);
        }
        read(bits.bytes());

        long info = read(mandatory(true, true, 3, 2).bytes());
        assertThat(PictureInfo.spatialLayer(info)).isEqualTo(1);
        assertThat(PictureInfo.temporalLayer(info)).isEqualTo(1);
        assertThat(PictureInfo.temporalLayer(read(mandatory(true, true, 2, 3).bytes())))
                .isZero();
    }

    @Test
    void theFirstPictureOfAnUpperLayerBehindABasePictureIsASwitchingUpPoint() {
        read(threeTemporalLayers(0, 0, 1).bytes());

        assertThat(PictureInfo.isSwitchingUpPoint(
                        read(mandatory(true, true, 3, 2).bytes())))
                .isTrue();
        assertThat(PictureInfo.isSwitchingUpPoint(
                        read(mandatory(true, true, 2, 3).bytes())))
                .isFalse();
    }

    @Test
    void nothingIsKnownWithoutAStructureAndACutOneChangesNothing() {
        assertThat(read(mandatory(true, true, 0, 1).bytes())).isEqualTo(PictureInfo.NONE);
        assertThat(descriptor.read(packet(new byte[] {1}), -1)).isEqualTo(PictureInfo.NONE);

        read(threeTemporalLayers(0, 0, 1).bytes());
        byte[] other = threeTemporalLayers(20, 20, 2).bytes();
        // The templates end in the seventh byte.
        for (int length = 1; length <= 5; length++) {
            read(Arrays.copyOf(other, length));
            assertThat(PictureInfo.temporalLayer(
                            read(mandatory(true, true, 3, 3).bytes())))
                    .as("cut to %d bytes", length)
                    .isEqualTo(2);
        }
    }

    static Stream<byte[]> descriptors() {
        return Stream.of(
                threeTemporalLayers(10, 10, 100).bytes(),
                mandatory(true, false, 3, 7).bytes());
    }

    /** For {@code JAZZER_FUZZ=1}; values of any length one after the other, as a header extension can carry them. */
    @MethodSource("descriptors")
    @FuzzTest(maxDuration = "1m")
    void nothingThatAPublisherSendsMakesItThrow(byte[] input) {
        DependencyDescriptor fresh = new DependencyDescriptor();
        for (int from = 0; from < input.length; from += 255) {
            ByteBuffer packet = packet(Arrays.copyOfRange(input, from, Math.min(input.length, from + 255)));
            long info = fresh.read(packet, HeaderExtensions.find(packet, ID));
            assertThat(PictureInfo.temporalLayer(info)).isBetween(0, 63);
        }
    }

    @Test
    void mutatedDescriptorsNeverThrow() {
        SplittableRandom random = new SplittableRandom(9);
        for (int round = 0; round < 5_000; round++) {
            byte[] value = threeTemporalLayers(random.nextInt(64), random.nextInt(64), random.nextInt(65_536))
                    .bytes();
            for (int i = random.nextInt(4); i >= 0; i--) {
                value[random.nextInt(value.length)] = (byte) random.nextInt(256);
            }
            nothingThatAPublisherSendsMakesItThrow(Arrays.copyOf(value, 1 + random.nextInt(value.length)));
        }
    }
}
