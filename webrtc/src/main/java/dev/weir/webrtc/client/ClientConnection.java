package dev.weir.webrtc.client;

import dev.weir.webrtc.dtls.DtlsRole;
import dev.weir.webrtc.ice.IceCandidate;
import dev.weir.webrtc.ice.IceCredentials;
import dev.weir.webrtc.ice.IceRole;
import dev.weir.webrtc.net.EventLoop;
import dev.weir.webrtc.sdp.ClientOffer;
import dev.weir.webrtc.sdp.LocalDescription;
import dev.weir.webrtc.sdp.NegotiatedMedia;
import dev.weir.webrtc.sdp.RemotePeer;
import dev.weir.webrtc.sdp.SdpException;
import dev.weir.webrtc.sdp.TrickleFragment;
import dev.weir.webrtc.transport.CloseReason;
import dev.weir.webrtc.transport.PeerTransport;
import dev.weir.webrtc.transport.TransportConfig;
import dev.weir.webrtc.transport.TransportListener;
import dev.weir.webrtc.transport.TransportState;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/** One session with a server: the HTTP resource and the full-ICE, controlling transport behind it. */
final class ClientConnection {
    private final HttpResource resource;
    private final EventLoop loop;
    private final PeerTransport transport;
    private final List<NegotiatedMedia> media;
    private final Events events;
    private final ClientConfig config;
    private final AtomicBoolean closed = new AtomicBoolean();

    private ClientConnection(
            HttpResource resource,
            EventLoop loop,
            PeerTransport transport,
            List<NegotiatedMedia> media,
            Events events,
            ClientConfig config) {
        this.resource = resource;
        this.loop = loop;
        this.transport = transport;
        this.media = media;
        this.events = events;
        this.config = config;
    }

    /** What a client does on its loop. */
    interface Media {
        void onConnected(PeerTransport transport, long nowNanos);

        void onRtp(ByteBuffer packet, long nowNanos);

        void onRtcp(ByteBuffer compound, long nowNanos);

        void onClosed(CloseReason reason);
    }

    static ClientConnection open(
            URI endpoint,
            Function<LocalDescription, ClientOffer> offerOf,
            Function<List<NegotiatedMedia>, Media> mediaOf,
            EventLoop loop,
            ClientConfig config)
            throws ClientException, InterruptedException {
        IceCredentials credentials = IceCredentials.random();
        LocalDescription local = new LocalDescription(
                credentials.ufrag(),
                credentials.password(),
                config.identity().fingerprint(),
                List.of(),
                false,
                config.transportCc());
        ClientOffer offer = offerOf.apply(local);
        HttpResource resource = HttpResource.post(endpoint, offer.sdp(), config);
        try {
            ClientOffer.Outcome outcome = offer.readAnswer(resource.answerSdp());
            return connect(resource, outcome, mediaOf.apply(outcome.media()), credentials, loop, config);
        } catch (SdpException | IllegalArgumentException e) {
            resource.delete();
            throw new ClientException("cannot use the answer of " + endpoint + ": " + e.getMessage(), e);
        } catch (IOException e) {
            resource.delete();
            throw new ClientException("cannot open a UDP socket: " + e.getMessage(), e);
        }
    }

    private static ClientConnection connect(
            HttpResource resource,
            ClientOffer.Outcome outcome,
            Media media,
            IceCredentials credentials,
            EventLoop loop,
            ClientConfig config)
            throws IOException {
        RemotePeer remote = outcome.remote();
        TransportConfig usual = TransportConfig.of(
                IceRole.CONTROLLING,
                credentials,
                new IceCredentials(remote.iceUfrag(), remote.icePwd()),
                remote.localIsDtlsClient() ? DtlsRole.CLIENT : DtlsRole.SERVER,
                config.identity(),
                remote.fingerprint(),
                loop.handshakeExecutor());
        TransportConfig transportConfig = usual.withSrtpProfiles(config.srtpProfiles());
        Events events = new Events(media);
        PeerTransport transport = new PeerTransport(transportConfig, events);
        events.transport.complete(transport);
        addCandidates(transport, remote.candidates(), config);
        loop.registerClient(transport);
        return new ClientConnection(resource, loop, transport, outcome.media(), events, config);
    }

    /** A server must not make us knock at addresses that we would not call by ourselves. */
    private static void addCandidates(PeerTransport transport, List<String> candidates, ClientConfig config) {
        for (String candidate : candidates) {
            boolean permitted = IceCandidate.parse(candidate)
                    .filter(parsed -> config.peers().test(parsed.address().getAddress()))
                    .isPresent();
            if (permitted) {
                transport.addRemoteCandidate(candidate);
            }
        }
    }

    URI location() {
        return resource.location();
    }

    EventLoop loop() {
        return loop;
    }

    PeerTransport transport() {
        return transport;
    }

    List<NegotiatedMedia> media() {
        return media;
    }

    boolean isConnected() {
        return transport.state() == TransportState.CONNECTED;
    }

    void awaitConnected(Duration timeout) throws ClientException, InterruptedException {
        try {
            Optional<CloseReason> closedInstead = events.connected.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            if (closedInstead.isPresent()) {
                throw new ClientException(
                        "did not connect: " + closedInstead.get().describe(), 201);
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (TimeoutException e) {
            throw new ClientException(
                    "not connected after " + timeout + " (" + transport.state() + ", " + transport.stats() + ")", e);
        }
    }

    /** Restarts ICE while media flows on; waits for the HTTP answer only. When it is refused, everything stays as it was. */
    void restartIce() throws ClientException, InterruptedException {
        IceCredentials ours = IceCredentials.random();
        String answer = resource.restartIce(fragment(ours));
        IceCredentials theirs;
        List<String> candidates;
        try {
            TrickleFragment parsed = TrickleFragment.parse(answer);
            theirs = new IceCredentials(
                    parsed.iceUfrag().orElse(""), parsed.icePwd().orElse(""));
            candidates = parsed.candidates();
        } catch (SdpException | IllegalArgumentException e) {
            throw new ClientException("cannot use the server's answer to an ICE restart: " + e.getMessage(), e);
        }
        loop.execute(() -> {
            transport.restartIce(ours, theirs);
            addCandidates(transport, candidates, config);
        });
    }

    private String fragment(IceCredentials ours) {
        NegotiatedMedia first =
                media.stream().filter(line -> !line.rejected()).findFirst().orElseThrow();
        return String.join(
                "\r\n",
                "a=ice-ufrag:" + ours.ufrag(),
                "a=ice-pwd:" + ours.password(),
                "m=" + first.kind() + " 9 UDP/TLS/RTP/SAVPF 0",
                "a=mid:" + first.mid(),
                "a=end-of-candidates",
                "");
    }

    /** Says goodbye on both ways; waits for the answer to the DELETE. */
    void close(Runnable lastWords) {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        loop.execute(() -> {
            lastWords.run();
            transport.close(new CloseReason.Requested("closed by us"), loop.nowNanos());
        });
        try {
            resource.delete();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Lets the transport vanish without a word to the server, as a crashed client does. */
    void vanish() {
        if (closed.compareAndSet(false, true)) {
            loop.execute(() -> {
                loop.unregister(transport);
                events.media.onClosed(new CloseReason.Requested("vanished"));
            });
        }
    }

    private static final class Events implements TransportListener {
        private final Media media;
        private final CompletableFuture<PeerTransport> transport = new CompletableFuture<>();
        private final CompletableFuture<Optional<CloseReason>> connected = new CompletableFuture<>();

        Events(Media media) {
            this.media = media;
        }

        @Override
        public void onState(TransportState state, long nowNanos) {
            if (state == TransportState.CONNECTED) {
                media.onConnected(transport.join(), nowNanos);
                connected.complete(Optional.empty());
            }
        }

        @Override
        public void onRtp(ByteBuffer plainPacket, long nowNanos) {
            media.onRtp(plainPacket, nowNanos);
        }

        @Override
        public void onRtcp(ByteBuffer plainCompound, long nowNanos) {
            media.onRtcp(plainCompound, nowNanos);
        }

        @Override
        public void onClosed(CloseReason reason, long nowNanos) {
            connected.complete(Optional.of(reason));
            media.onClosed(reason);
        }
    }
}
