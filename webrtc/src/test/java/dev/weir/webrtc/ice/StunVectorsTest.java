package dev.weir.webrtc.ice;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Vectors of RFC 5769 section 2, and round trips of our own writer. */
class StunVectorsTest {
    private static final String PASSWORD = "VOkJxbRl1RmTxUk/WvJxBt";
    private static final String REQUEST = """
            000100582112a442b7e7a701bc34d686fa87dfae
            802200105354554e207465737420636c69656e74
            002400046e0001ff
            80290008932ff9b151263b36
            000600096576746a3a68367659202020
            000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a2
            80280004e57a3bcf
            """;
    private static final String IPV4_RESPONSE = """
            0101003c2112a442b7e7a701bc34d686fa87dfae
            8022000b7465737420766563746f7220
            002000080001a147e112a643
            000800142b91f599fd9e90c38c7489f92af9ba53f06be7d7
            80280004c07d4c96
            """;
    private static final String IPV6_RESPONSE = """
            010100482112a442b7e7a701bc34d686fa87dfae
            8022000b7465737420766563746f7220
            002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9
            00080014a382954e4be67bf11784c97c8292c275bfe3ed41
            80280004c8fb0b4c
            """;

    private final MessageIntegrity integrity = new MessageIntegrity(PASSWORD);

    @Test
    void readsTheSampleRequest() {
        StunMessage request = StunMessage.parse(bytes(REQUEST)).orElseThrow();

        assertThat(request.messageClass()).isEqualTo(StunClass.REQUEST);
        assertThat(request.username()).contains("evtj:h6vY");
        assertThat(request.priority()).isEqualTo(0x6e0001ffL);
        assertThat(request.controlled()).isTrue();
        assertThat(request.hasFingerprint()).isTrue();
        assertThat(request.unknownRequired()).isEmpty();
        assertThat(integrity.verify(request)).isTrue();
        assertThat(new MessageIntegrity("VOkJxbRl1RmTxUk/WvJxBu").verify(request))
                .isFalse();
        assertThat(StunUsername.receiverUfrag(bytes(REQUEST))).contains("evtj");
    }

    @Test
    void readsTheSampleResponses() {
        StunMessage ipv4 = StunMessage.parse(bytes(IPV4_RESPONSE)).orElseThrow();
        StunMessage ipv6 = StunMessage.parse(bytes(IPV6_RESPONSE)).orElseThrow();

        assertThat(ipv4.messageClass()).isEqualTo(StunClass.SUCCESS);
        assertThat(ipv4.mappedAddress()).contains(new InetSocketAddress("192.0.2.1", 32_853));
        assertThat(integrity.verify(ipv4)).isTrue();
        assertThat(ipv6.mappedAddress())
                .contains(new InetSocketAddress("2001:db8:1234:5678:11:2233:4455:6677", 32_853));
        assertThat(integrity.verify(ipv6)).isTrue();
    }

    @Test
    void readsWhatItWrites() {
        InetSocketAddress address = new InetSocketAddress("2001:db8::1", 7);
        ByteBuffer written = new StunWriter(StunClass.REQUEST, TransactionId.random())
                .username("abcd:efgh5")
                .priority(0xF000_0001L)
                .role(true, 5)
                .useCandidate()
                .mappedAddress(address)
                .integrity(integrity)
                .fingerprint()
                .finish();

        StunMessage read = StunMessage.parse(written).orElseThrow();

        assertThat(read.username()).contains("abcd:efgh5");
        assertThat(read.priority()).isEqualTo(0xF000_0001L);
        assertThat(read.useCandidate()).isTrue();
        assertThat(read.controlling()).isTrue();
        assertThat(read.mappedAddress()).contains(address);
        assertThat(integrity.verify(read)).isTrue();
        assertThat(read.hasFingerprint()).isTrue();
    }

    @Test
    void ignoresWhatFollowsTheIntegrity() {
        // A path attacker could append attributes: they are not covered by the HMAC.
        ByteBuffer written = new StunWriter(StunClass.REQUEST, TransactionId.random())
                .username("abcd:efgh")
                .integrity(integrity)
                .useCandidate()
                .finish();

        StunMessage read = StunMessage.parse(written).orElseThrow();

        assertThat(integrity.verify(read)).isTrue();
        assertThat(read.useCandidate()).isFalse();
    }

    @Test
    void noMutationPassesTheIntegrityNorThrows() {
        long seed = 5;
        SplittableRandom random = new SplittableRandom(seed);
        byte[] original = bytes(REQUEST).array();
        for (int i = 0; i < 50_000; i++) {
            byte[] mutant = original.clone();
            for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
                mutant[random.nextInt(mutant.length)] = (byte) random.nextInt();
            }
            int length = random.nextInt(4) == 0 ? random.nextInt(mutant.length + 1) : mutant.length;
            ByteBuffer datagram = ByteBuffer.wrap(mutant, 0, length);
            boolean accepted =
                    StunMessage.parse(datagram).map(integrity::verify).orElse(false);
            StunUsername.receiverUfrag(datagram);
            if (accepted) {
                // only what follows MESSAGE-INTEGRITY may differ, and that is ignored
                int end = original.length - 8;
                assertThat(Arrays.copyOf(mutant, end))
                        .as("seed " + seed + " round " + i)
                        .isEqualTo(Arrays.copyOf(original, end));
            }
        }
    }

    private static ByteBuffer bytes(String hex) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(hex.replaceAll("\\s", "")));
    }
}
