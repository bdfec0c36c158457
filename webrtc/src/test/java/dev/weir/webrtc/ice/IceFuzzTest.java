package dev.weir.webrtc.ice;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** STUN from anybody, and from a peer that knows the password, never throws and never makes us send more than it did. */
class IceFuzzTest {
    private static final InetSocketAddress LOCAL = new InetSocketAddress("192.0.2.1", 9_000);
    private static final FiveTuple PATH = new FiveTuple(LOCAL, new InetSocketAddress("198.51.100.1", 1_000));
    private static final IceCredentials OURS = new IceCredentials("ourufrag", "ourpasswordourpasswordou");
    private static final IceCredentials PEERS = new IceCredentials("peerufrag", "peerpasswordpeerpassword");
    private static final MessageIntegrity OUR_INTEGRITY = new MessageIntegrity(OURS.password());
    private static final long SECOND = 1_000_000_000L;

    private int bytesSent;
    private final DatagramSink sink = (datagram, path) -> bytesSent += datagram.remaining();
    private final IceListener listener = new IceListener() {
        @Override
        public boolean onValidated(FiveTuple path) {
            return true;
        }

        @Override
        public void onForgotten(FiveTuple path) {}

        @Override
        public void onSelected(FiveTuple path, long atNanos) {}

        @Override
        public void onConsentExpired(long atNanos) {}

        @Override
        public void onConsentRevoked(long atNanos) {}
    };

    static Stream<byte[]> messages() {
        return Stream.of(check().integrity(OUR_INTEGRITY).fingerprint(), check(), success())
                .map(writer -> bytes(writer.finish()));
    }

    /** The attributes alone: what stands before MESSAGE-INTEGRITY. */
    static Stream<byte[]> attributes() {
        return Stream.of(check(), success(), new StunWriter(StunClass.REQUEST, new TransactionId(1, 2)))
                .map(writer -> {
                    byte[] whole = bytes(writer.finish());
                    byte[] tail = new byte[whole.length - StunMessage.HEADER_LENGTH];
                    System.arraycopy(whole, StunMessage.HEADER_LENGTH, tail, 0, tail.length);
                    return tail;
                });
    }

    static Stream<byte[]> candidates() {
        return Stream.of(
                        "a=candidate:1 1 udp 2122260223 192.0.2.1 61764 typ host",
                        "candidate:1 1 UDP 1 2001:db8::1 9 typ srflx raddr 0.0.0.0 rport 0 generation 0",
                        "1 1 tcp 1518280447 192.0.2.1 9 typ host tcptype active",
                        "candidate:1 1 udp 1 4d1f4b1c-8f0d.local 9 typ host")
                .map(line -> line.getBytes(StandardCharsets.UTF_8));
    }

    private static StunWriter check() {
        return new StunWriter(StunClass.REQUEST, new TransactionId(1, 2))
                .username(OURS.ufrag() + ":" + PEERS.ufrag())
                .priority(5)
                .role(true, 7)
                .useCandidate();
    }

    private static StunWriter success() {
        return new StunWriter(StunClass.SUCCESS, new TransactionId(1, 2)).mappedAddress(PATH.remote());
    }

    private static byte[] bytes(ByteBuffer message) {
        byte[] bytes = new byte[message.remaining()];
        message.get(message.position(), bytes);
        return bytes;
    }

    @MethodSource("messages")
    @FuzzTest(maxDuration = "1m")
    void strangersAreReadOrIgnored(byte[] datagram) {
        StunMessage.parse(ByteBuffer.wrap(datagram)).ifPresent(IceFuzzTest::readWhole);
        giveToAgents(datagram);
    }

    /** Signs what the input says, so that it gets past the password: the first bytes choose the class. */
    @MethodSource("attributes")
    @FuzzTest(maxDuration = "1m")
    void aPeersAttributesAreUnderstoodOrRefused(byte[] attributes) {
        if (attributes.length > 1_000 || attributes.length % 4 != 0) {
            return;
        }
        StunClass messageClass =
                attributes.length > 0 && (attributes[0] & 0x40) != 0 ? StunClass.SUCCESS : StunClass.REQUEST;
        int integrityAt = StunMessage.HEADER_LENGTH + attributes.length;
        ByteBuffer message = ByteBuffer.allocate(integrityAt + 4 + MessageIntegrity.LENGTH);
        message.putShort((short) messageClass.bindingType())
                .putShort((short) (message.capacity() - StunMessage.HEADER_LENGTH))
                .putInt(StunMessage.MAGIC_COOKIE)
                .putLong(1)
                .putInt(2)
                .put(attributes)
                .putShort((short) StunAttribute.MESSAGE_INTEGRITY)
                .putShort((short) MessageIntegrity.LENGTH)
                .put(OUR_INTEGRITY.compute(message, 0, integrityAt));
        giveToAgents(message.array());
    }

    @MethodSource("candidates")
    @FuzzTest(maxDuration = "1m")
    void candidatesAreReadOrLeftOut(byte[] line) {
        IceCandidate.parse(new String(line, StandardCharsets.UTF_8))
                .ifPresent(candidate -> assertThat(IceCandidate.parse(candidate.toSdp()))
                        .hasValueSatisfying(again -> assertThat(again.address()).isEqualTo(candidate.address())));
    }

    private static void readWhole(StunMessage message) {
        message.username();
        message.transactionId();
        message.mappedAddress();
        message.unknownRequired();
        OUR_INTEGRITY.verify(message);
    }

    private void giveToAgents(byte[] datagram) {
        bytesSent = 0;
        LiteAgent lite = new LiteAgent(parameters(IceRole.LITE), true, sink, listener);
        lite.handle(ByteBuffer.wrap(datagram), PATH, SECOND);
        assertThat(bytesSent).isLessThanOrEqualTo(datagram.length);

        for (IceRole role : new IceRole[] {IceRole.CONTROLLING, IceRole.CONTROLLED}) {
            FullAgent full = new FullAgent(parameters(role), true, sink, listener);
            full.addRemoteCandidate(IceCandidate.host(PATH.remote(), 0), SECOND);
            full.onTimeout(SECOND);
            full.handle(ByteBuffer.wrap(datagram), PATH, SECOND);
            full.onTimeout(2 * SECOND);
        }
    }

    private static IceParameters parameters(IceRole role) {
        return new IceParameters(role, OURS, PEERS, 30 * SECOND, List.of(LOCAL), CheckLimit.NONE);
    }
}
