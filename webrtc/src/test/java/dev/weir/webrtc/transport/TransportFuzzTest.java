package dev.weir.webrtc.transport;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.weir.webrtc.dtls.DtlsIdentity;
import dev.weir.webrtc.dtls.DtlsRole;
import dev.weir.webrtc.ice.IceCandidate;
import java.net.InetSocketAddress;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.provider.MethodSource;

/** Datagrams from the peer's own address to a connected transport: only what is authentic has an effect. */
class TransportFuzzTest {
    private static final DtlsIdentity SERVER = DtlsIdentity.generate();
    private static final DtlsIdentity CLIENT = DtlsIdentity.generate();
    private static final long SECOND = 1_000_000_000L;

    /** Kept over inputs, because a handshake takes as long as ten thousand of them. */
    private static @Nullable Connected connected;

    static Stream<byte[]> datagrams() {
        Connected pair = new Connected();
        // The types of a record: change cipher spec, alert, handshake, application data, heartbeat.
        Stream<byte[]> records = Stream.of(20, 21, 22, 23, 24).map(type ->
                new byte[] {type.byteValue(), (byte) 0xFE, (byte) 0xFD, 0, 1, 0, 0, 0, 0, 0, 9, 0, 2, 2, 40});
        return Stream.concat(pair.clientHost.sent().stream(), records);
    }

    @MethodSource("datagrams")
    @FuzzTest(maxDuration = "1m")
    void onlyWhatIsAuthenticHasAnEffect(byte[] datagram) {
        Connected pair = connected;
        if (pair == null || pair.server.state() != TransportState.CONNECTED) {
            pair = new Connected();
            connected = pair;
        }
        int heard = packets(pair.serverEvents);
        pair.network.inject(pair.clientHost.outside(), pair.serverHost.address(), datagram);
        pair.network.inject(new InetSocketAddress("203.0.113.9", 9), pair.serverHost.address(), datagram);
        pair.network.run(0);

        assertThat(pair.server.state()).isEqualTo(TransportState.CONNECTED);
        assertThat(packets(pair.serverEvents)).as("packets passed on").isEqualTo(heard);
        pair.serverHost.sent().clear();
        pair.serverHost.received().clear();
    }

    private static int packets(RecordedEvents events) {
        return events.rtp.size() + events.rtcp.size();
    }

    private static final class Connected {
        private final RecordedEvents serverEvents = new RecordedEvents();
        private final VirtualNetwork network = new VirtualNetwork(7, VirtualNetwork.CLEAN);
        private final PeerTransport server;
        private final VirtualNetwork.Host serverHost;
        private final VirtualNetwork.Host clientHost;

        Connected() {
            TransportPair pair = new TransportPair(SERVER, CLIENT);
            server = new PeerTransport(pair.server(DtlsRole.SERVER, network.handshakes()), serverEvents);
            PeerTransport client =
                    new PeerTransport(pair.client(DtlsRole.SERVER, network.handshakes()), new RecordedEvents());
            InetSocketAddress address = new InetSocketAddress("192.0.2.1", 9_000);
            serverHost = network.add("192.0.2.1", 9_000, server);
            client.addRemoteCandidate(IceCandidate.host(address, 0).toSdp());
            clientHost = network.add("198.51.100.7", 40_000, client);
            assertThat(network.runUntil(
                            () -> server.state() == TransportState.CONNECTED
                                    && client.state() == TransportState.CONNECTED,
                            10 * SECOND))
                    .isTrue();
        }
    }
}
