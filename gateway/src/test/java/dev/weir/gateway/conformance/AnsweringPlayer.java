package dev.weir.gateway.conformance;

import dev.weir.webrtc.dtls.DtlsIdentity;
import dev.weir.webrtc.dtls.DtlsRole;
import dev.weir.webrtc.ice.IceCredentials;
import dev.weir.webrtc.ice.IceRole;
import dev.weir.webrtc.net.EventLoop;
import dev.weir.webrtc.net.EventLoopGroup;
import dev.weir.webrtc.net.NetConfig;
import dev.weir.webrtc.transport.PeerTransport;
import dev.weir.webrtc.transport.TransportConfig;
import dev.weir.webrtc.transport.TransportListener;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Collectors;

/** A player that answers a server's offer, with the transport of our own client. */
final class AnsweringPlayer implements TransportListener, AutoCloseable {
    /** Payload types of the RTP packets that came. */
    final LinkedBlockingQueue<Integer> payloadTypes = new LinkedBlockingQueue<>();

    private final EventLoopGroup loops = new EventLoopGroup(
            NetConfig.of(List.of(new InetSocketAddress("127.0.0.1", 0))).withLoops(1));
    private final IceCredentials credentials = IceCredentials.random();
    private final DtlsIdentity identity = DtlsIdentity.generate();
    private final String offer;

    AnsweringPlayer(String offer) {
        this.offer = offer;
    }

    /** Returns the answer: all that is offered, received only, as the DTLS client. */
    String answer() {
        return offer.lines()
                .filter(line -> !line.matches("a=(candidate|end-of-candidates|ice-lite|msid|ssrc|ssrc-group)\\b.*"))
                .map(line -> line.startsWith("a=ice-ufrag:") ? "a=ice-ufrag:" + credentials.ufrag() : line)
                .map(line -> line.startsWith("a=ice-pwd:") ? "a=ice-pwd:" + credentials.password() : line)
                .map(line -> line.startsWith("a=fingerprint:") ? "a=fingerprint:" + identity.fingerprint() : line)
                .map(line -> line.equals("a=setup:actpass") ? "a=setup:active" : line)
                .map(line -> line.equals("a=sendonly") ? "a=recvonly" : line)
                .collect(Collectors.joining("\r\n", "", "\r\n"));
    }

    /** Begins to connect. */
    void connect() throws IOException {
        loops.start();
        EventLoop loop = loops.next();
        PeerTransport transport = new PeerTransport(
                TransportConfig.of(
                        IceRole.CONTROLLING,
                        credentials,
                        new IceCredentials(offered("ice-ufrag"), offered("ice-pwd")),
                        DtlsRole.CLIENT,
                        identity,
                        offered("fingerprint"),
                        loop.handshakeExecutor()),
                this);
        offer.lines()
                .filter(line -> line.startsWith("a=candidate:"))
                .forEach(line -> transport.addRemoteCandidate(line.substring(2)));
        loop.registerClient(transport);
    }

    private String offered(String attribute) {
        String prefix = "a=" + attribute + ":";
        return offer.lines()
                .filter(line -> line.startsWith(prefix))
                .findFirst()
                .orElseThrow()
                .substring(prefix.length());
    }

    @Override
    public void onRtp(ByteBuffer plainPacket, long nowNanos) {
        payloadTypes.add(plainPacket.get(plainPacket.position() + 1) & 0x7F);
    }

    @Override
    public void close() {
        loops.close();
    }
}
