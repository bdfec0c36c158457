package dev.weir.webrtc.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.weir.webrtc.rtp.RtpHeader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Nothing that a publisher sends makes a parser throw. */
class CodecFuzzTest {
    private static final int ROUNDS = 10_000;

    static Stream<byte[]> streams() {
        return Stream.of(Codec.H264, Codec.H265, Codec.VP8, Codec.VP9, Codec.AV1)
                .map(codec -> {
                    ByteBuffer input = ByteBuffer.allocate(1_000)
                            .put((byte) List.of(Codec.values()).indexOf(codec));
                    for (ByteBuffer packet : RecordedStream.of(codec).packets().subList(0, 6)) {
                        ByteBuffer payload = RtpHeader.payload(packet);
                        int length = Math.min(payload.remaining(), 63);
                        input.put((byte) length).put(payload.slice(payload.position(), length));
                    }
                    return Arrays.copyOf(input.array(), input.position());
                });
    }

    /** For {@code JAZZER_FUZZ=1}: the first byte chooses the codec, then payloads of up to 63 bytes each behind a length. */
    @MethodSource("streams")
    @FuzzTest(maxDuration = "1m")
    void depacketizersNeverThrow(byte[] input) {
        if (input.length == 0) {
            return;
        }
        List<Codec> codecs = List.of(Codec.values());
        Codec codec = codecs.get((input[0] & 0xFF) % codecs.size());
        List<ByteBuffer> payloads = new ArrayList<>();
        int at = 1;
        while (at < input.length) {
            int length = Math.min(input[at] & 0x3F, input.length - at - 1);
            payloads.add(ByteBuffer.wrap(input, at + 1, length).slice());
            at += 1 + length;
        }
        feed(codec, payloads);
    }

    /** Real packets with bits flipped, bytes replaced, cut off, left out: what a regression run can do in a second. */
    @ParameterizedTest
    @EnumSource(names = {"H264", "H265", "VP8", "VP9", "AV1"})
    void mutatedStreamsNeverThrow(Codec codec) {
        long seed = codec.name().hashCode();
        SplittableRandom random = new SplittableRandom(seed);
        List<ByteBuffer> payloads = RecordedStream.of(codec).packets().stream()
                .map(RtpHeader::payload)
                .toList();
        for (int round = 0; round < ROUNDS; round++) {
            int from = random.nextInt(payloads.size());
            List<ByteBuffer> mutated = new ArrayList<>();
            for (int i = from; i < Math.min(from + 6, payloads.size()); i++) {
                mutated.add(mutate(payloads.get(i), random));
            }
            try {
                feed(codec, mutated);
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + " round " + round, e);
            }
        }
    }

    private static ByteBuffer mutate(ByteBuffer payload, SplittableRandom random) {
        byte[] bytes = new byte[payload.remaining()];
        payload.get(payload.position(), bytes);
        int changes = random.nextInt(4);
        for (int i = 0; i < changes && bytes.length > 0; i++) {
            // The first bytes hold the structure: most changes go there.
            int at = random.nextInt(random.nextInt(4) == 0 ? bytes.length : Math.min(bytes.length, 12));
            bytes[at] = random.nextBoolean() ? (byte) random.nextInt() : (byte) (bytes[at] ^ (1 << random.nextInt(8)));
        }
        return ByteBuffer.wrap(bytes, 0, random.nextInt(5) == 0 ? random.nextInt(bytes.length + 1) : bytes.length)
                .slice();
    }

    private static void feed(Codec codec, List<ByteBuffer> payloads) {
        PayloadFormat format = PayloadFormat.of(codec);
        Depacketizer depacketizer = Depacketizer.of(codec);
        long sequence = 1;
        for (ByteBuffer payload : payloads) {
            format.isKeyframeStart(payload);
            format.startsFrame(payload);
            assertThat(LayerIds.temporal(codec, payload)).isBetween(-1, 7);
            assertThat(LayerIds.spatial(codec, payload)).isBetween(-1, 7);
            PictureSize.of(codec, payload);
            depacketizer.push(payload, sequence % 5 == 0, sequence, sequence / 3, frame -> inspect(codec, frame));
            assertThat(payload.position()).isZero();
            sequence += payload.remaining() % 7 == 3 ? 2 : 1;
        }
        depacketizer.flush(frame -> inspect(codec, frame));
    }

    private static void inspect(Codec codec, EncodedFrame frame) {
        switch (codec) {
            case H264, H265 -> {
                ParameterSets sets = ParameterSets.of(codec);
                sets.observe(frame.data());
                sets.sps().forEach(codec == Codec.H264 ? H264Sps::parse : H265Sps::parse);
            }
            case VP8 -> Vp8Header.parse(frame.data());
            case VP9 -> Vp9Header.parse(frame.data());
            case AV1 -> Av1SequenceHeader.parse(frame.data());
            case OPUS -> OpusToc.durationSamples(frame.data());
            case PCMU, PCMA -> assertThat(frame.data().remaining()).isPositive();
        }
    }
}
