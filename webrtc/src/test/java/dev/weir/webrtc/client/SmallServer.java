package dev.weir.webrtc.client;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.weir.webrtc.dtls.DtlsIdentity;
import dev.weir.webrtc.dtls.DtlsRole;
import dev.weir.webrtc.ice.IceCredentials;
import dev.weir.webrtc.ice.IceRole;
import dev.weir.webrtc.net.EventLoop;
import dev.weir.webrtc.net.EventLoopGroup;
import dev.weir.webrtc.net.NetConfig;
import dev.weir.webrtc.sdp.CodecFormat;
import dev.weir.webrtc.sdp.LocalDescription;
import dev.weir.webrtc.sdp.NegotiatedMedia;
import dev.weir.webrtc.sdp.OfferedTrack;
import dev.weir.webrtc.sdp.PublisherAnswer;
import dev.weir.webrtc.sdp.RemotePeer;
import dev.weir.webrtc.sdp.SessionDescription;
import dev.weir.webrtc.sdp.ViewerAnswer;
import dev.weir.webrtc.transport.CloseReason;
import dev.weir.webrtc.transport.PeerTransport;
import dev.weir.webrtc.transport.TransportConfig;
import dev.weir.webrtc.transport.TransportListener;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/** A WHIP and WHEP server of one session at a time, which hands what it receives to the test. */
final class SmallServer implements AutoCloseable {
    static final int VIDEO_SSRC = 0x1111;
    static final int RTX_SSRC = 0x2222;

    final BlockingQueue<ByteBuffer> rtp = new LinkedBlockingQueue<>();
    final BlockingQueue<ByteBuffer> rtcp = new LinkedBlockingQueue<>();
    final BlockingQueue<CloseReason> closed = new LinkedBlockingQueue<>();
    final BlockingQueue<String> deleted = new LinkedBlockingQueue<>();

    private final DtlsIdentity identity = DtlsIdentity.generate();
    private final EventLoopGroup loops;
    private final HttpServer http;
    private volatile @Nullable PeerTransport transport;
    private volatile List<NegotiatedMedia> media = List.of();

    SmallServer() throws IOException {
        loops = new EventLoopGroup(NetConfig.of(List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)))
                .withLoops(1));
        loops.start();
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.createContext("/whip", exchange -> answer(exchange, true));
        http.createContext("/whep", exchange -> answer(exchange, false));
        http.createContext("/refused", exchange -> reply(exchange, 409, "somebody else publishes"));
        http.createContext("/session", exchange -> {
            deleted.add(exchange.getRequestMethod());
            reply(exchange, 200, "");
        });
        http.start();
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + http.getAddress().getPort() + path);
    }

    EventLoop loop() {
        return loops.next();
    }

    PeerTransport transport() {
        return Objects.requireNonNull(transport);
    }

    List<NegotiatedMedia> media() {
        return media;
    }

    private void answer(HttpExchange exchange, boolean publish) throws IOException {
        String offerSdp = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        IceCredentials credentials = IceCredentials.random();
        InetSocketAddress address = loops.localAddress();
        LocalDescription local = new LocalDescription(
                credentials.ufrag(),
                credentials.password(),
                identity.fingerprint(),
                List.of(LocalDescription.hostCandidate(0, address.getAddress().getHostAddress(), address.getPort())),
                true,
                true);
        try {
            SessionDescription offer = SessionDescription.parse(offerSdp);
            String sdp;
            RemotePeer remote;
            if (publish) {
                PublisherAnswer answer = PublisherAnswer.negotiate(offer, local);
                sdp = answer.sdp();
                remote = answer.remote();
                media = answer.media();
            } else {
                CodecFormat vp8 = new CodecFormat("VP8", 90_000, 1, "");
                ViewerAnswer answer = ViewerAnswer.negotiate(
                        offer, List.of(new OfferedTrack(0, "video", vp8, VIDEO_SSRC, RTX_SSRC)), local);
                sdp = answer.sdp();
                remote = answer.remote();
                media = answer.media();
            }
            serve(credentials, remote);
            exchange.getResponseHeaders().add("Location", "/session/1");
            reply(exchange, 201, sdp);
        } catch (Exception e) {
            reply(exchange, 400, e.toString());
        }
    }

    private void serve(IceCredentials credentials, RemotePeer remote) {
        EventLoop loop = loops.next();
        TransportConfig config = TransportConfig.of(
                IceRole.LITE,
                credentials,
                new IceCredentials(remote.iceUfrag(), remote.icePwd()),
                remote.localIsDtlsClient() ? DtlsRole.CLIENT : DtlsRole.SERVER,
                identity,
                remote.fingerprint(),
                loop.handshakeExecutor());
        PeerTransport peer = new PeerTransport(config, new Recorder());
        transport = peer;
        loop.register(credentials.ufrag(), peer);
    }

    private static void reply(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        if (bytes.length > 0) {
            exchange.getResponseBody().write(bytes);
        }
        exchange.close();
    }

    @Override
    public void close() {
        http.stop(0);
        loops.close();
    }

    private final class Recorder implements TransportListener {
        @Override
        public void onRtp(ByteBuffer plainPacket, long nowNanos) {
            rtp.add(copy(plainPacket));
        }

        @Override
        public void onRtcp(ByteBuffer plainCompound, long nowNanos) {
            rtcp.add(copy(plainCompound));
        }

        @Override
        public void onClosed(CloseReason reason, long nowNanos) {
            closed.add(reason);
        }

        private ByteBuffer copy(ByteBuffer packet) {
            byte[] bytes = new byte[packet.remaining()];
            packet.get(packet.position(), bytes);
            return ByteBuffer.wrap(bytes);
        }
    }
}
