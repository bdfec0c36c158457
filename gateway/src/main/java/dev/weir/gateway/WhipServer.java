package dev.weir.gateway;

import dev.weir.gateway.access.Access;
import dev.weir.gateway.access.AccessConfig;
import dev.weir.gateway.access.Gate;
import dev.weir.gateway.access.Rates;
import dev.weir.gateway.access.StaticToken;
import dev.weir.gateway.access.Token;
import dev.weir.gateway.http.Backend;
import dev.weir.gateway.http.Health;
import dev.weir.gateway.http.HttpServer;
import dev.weir.gateway.http.TargetView;
import dev.weir.gateway.metrics.Meter;
import dev.weir.gateway.metrics.Meters;
import dev.weir.gateway.mirror.KafkaMirror;
import dev.weir.gateway.mirror.MirrorHealth;
import dev.weir.gateway.mirror.MirrorStats;
import dev.weir.gateway.relay.MediaRelay;
import dev.weir.gateway.relay.SubscriberFactory;
import dev.weir.gateway.session.Caller;
import dev.weir.gateway.session.SessionLog;
import dev.weir.gateway.session.SessionRole;
import dev.weir.gateway.session.Sessions;
import dev.weir.webrtc.net.DurationHistogram;
import dev.weir.webrtc.net.EventLoopGroup;
import dev.weir.webrtc.net.NetConfig;
import dev.weir.webrtc.net.NetStats;
import dev.weir.webrtc.srtp.SrtpCiphers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gateway: event loops, relay, sessions, mirror and HTTP, built here and nowhere else, started and stopped in order.
 * Start and close from any thread; a server starts once.
 */
public final class WhipServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WhipServer.class);

    private final ServerConfig config;
    private final boolean logged;
    private final Meters meters = new Meters();
    private final Optional<KafkaMirror> mirror;
    private final MediaRelay relay;
    private final Deque<AutoCloseable> started = new ArrayDeque<>();
    private Optional<Parts> parts = Optional.empty();
    private Optional<String> madeToken = Optional.empty();
    private boolean closed;

    private record Parts(EventLoopGroup loops, Sessions sessions, HttpServer http) {}

    /** Takes the settings; nothing is opened before {@link #start}. */
    public WhipServer(ServerConfig config) {
        this(config, true);
    }

    /** Takes too whether the log tells of its start and its sessions. */
    WhipServer(ServerConfig config, boolean logged) {
        this.config = config;
        this.logged = logged;
        this.mirror = config.mirror().map(KafkaMirror::new);
        List<SubscriberFactory> taps =
                mirror.<List<SubscriberFactory>>map(List::of).orElse(List.of());
        this.relay = new MediaRelay(config.relay(), taps);
    }

    /**
     * Opens the ports and serves. When it throws, nothing stays open.
     *
     * @throws IOException with one clear line when a port is taken or an address is not ours
     */
    public synchronized void start() throws IOException {
        if (closed || parts.isPresent()) {
            throw new IllegalStateException("a server starts once");
        }
        try {
            startParts();
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
        if (logged) {
            LOG.info(
                    "ready http={} udp={} mirror={}", httpAddress(), udpAddresses(), mirror.isPresent() ? "on" : "off");
            LOG.info(
                    "media path srtp={} udp={} loops={}",
                    ciphers(),
                    running().loops().sendPath(),
                    config.eventLoops());
        }
        if (config.warmUpJoins() > 0) {
            Sessions sessions = running().sessions();
            started.push(new Rehearsal(config.warmUpJoins(), () -> sessions.size() > 0).begin());
        }
    }

    private static String ciphers() {
        return SrtpCiphers.inUse().name().toLowerCase(Locale.ROOT);
    }

    private void startParts() throws IOException {
        started.push(meters);
        EventLoopGroup loops = new EventLoopGroup(netConfig());
        started.push(loops);
        try {
            loops.start();
        } catch (IOException e) {
            throw new IOException(
                    "UDP cannot listen on port " + config.udpPort() + " (" + e.getMessage()
                            + "): choose another with --udp PORT",
                    e);
        }
        Sessions sessions = new Sessions(config.sessions(), relay, loops, meters);
        if (logged) {
            sessions.listen(new SessionLog());
        }
        mirror.ifPresent(present -> sessions.listen(present.sessionEvents()));
        measure(loops, sessions);
        HttpServer http = new HttpServer(
                config.http(),
                gate(),
                config.whip(),
                new Backend(sessions, relay, config.iceServers(), meters::scrape, this::health, this::targets));
        meters.counter(
                "weir.http.connections.refused",
                "Connections closed because their address had too many",
                http::connectionsRefused);
        // It stops after sessions and mirror: until then it tells new clients when to come again.
        started.push(http);
        mirror.ifPresent(present -> {
            started.push(present);
            present.start();
        });
        started.push(sessions);
        http.start();
        parts = Optional.of(new Parts(loops, sessions, http));
    }

    /** Without a word about who may do what, loopback is open, and any other address has a token made for it. */
    private Gate gate() {
        AccessConfig access = config.access();
        if (access.isUnset()) {
            InetAddress address = config.httpAddress().getAddress();
            if (address != null && address.isLoopbackAddress()) {
                access = AccessConfig.OPEN;
            } else {
                String token = Token.random();
                madeToken = Optional.of(token);
                access = access.withToken(new StaticToken("start", Token.sha256(token), Caller.EVERYTHING));
            }
        }
        return new Gate(
                new Access(access, InstantSource.system()),
                new Rates(config.rates(), System::nanoTime),
                config.trustedProxies());
    }

    private NetConfig netConfig() {
        List<InetSocketAddress> bind = new ArrayList<>();
        for (InetAddress address : config.udpAddresses()) {
            bind.add(new InetSocketAddress(address, config.udpPort()));
        }
        if (bind.isEmpty()) {
            InetAddress http = config.httpAddress().getAddress();
            bind.add(
                    http == null || http.isAnyLocalAddress()
                            ? new InetSocketAddress(config.udpPort())
                            : new InetSocketAddress(http, config.udpPort()));
        }
        NetConfig usual = NetConfig.of(bind);
        return new NetConfig(
                bind,
                config.tcpPort(),
                config.eventLoops(),
                config.receiveBufferBytes(),
                config.sendBufferBytes(),
                usual.handshakeThreads(),
                usual.portableSockets());
    }

    private void measure(EventLoopGroup loops, Sessions sessions) {
        meters.gauge(Meter.SESSIONS, sessions::size);
        meters.gauge(Meter.PUBLISHERS, () -> sessions.size(SessionRole.PUBLISHER));
        meters.gauge(Meter.VIEWERS, () -> sessions.size(SessionRole.VIEWER));
        meters.gauge(Meter.STREAMS, () -> relay.streams().size());
        meters.gauge(Meter.TRANSPORTS, () -> loops.stats().endpoints());
        meters.gauge(Meter.TIMERS, () -> loops.stats().timers());
        meters.info(
                "weir.media.path",
                "What encrypts and what sends: intrinsic and gso are the quick ones",
                "srtp",
                ciphers(),
                "udp",
                loops.sendPath().replaceAll(" .*", ""));
        measureForwarding(loops);
        Counters<NetStats> net = new Counters<>(meters, loops::stats);
        net.add("weir.udp.datagrams.received", "Datagrams received", NetStats::datagramsReceived);
        net.add("weir.udp.bytes.received", "Their bytes", NetStats::bytesReceived);
        net.add("weir.udp.datagrams.sent", "Datagrams sent", NetStats::datagramsSent);
        net.add("weir.udp.bytes.sent", "Their bytes", NetStats::bytesSent);
        net.add("weir.udp.sends.dropped", "Datagrams that a full socket did not take", NetStats::sendsDropped);
        net.add("weir.udp.receive.calls", "System calls that received datagrams", NetStats::receiveCalls);
        net.add("weir.udp.send.calls", "System calls that sent datagrams", NetStats::sendCalls);
        net.add("weir.udp.trains.sent", "Trains of datagrams, or single ones", NetStats::trainsSent);
        net.add("weir.udp.trains.refused", "Trains of datagrams that left one by one", NetStats::trainsRefused);
        meters.counter("weir.udp.kernel.drops", "Datagrams that a full receive buffer lost", loops::kernelDrops);
        net.add("weir.udp.unknown.ufrag", "STUN for no session of ours", NetStats::unknownUfrag);
        net.add("weir.udp.unroutable", "Datagrams from an address without a session", NetStats::unroutable);
        net.add("weir.udp.handed.over", "Datagrams that came on another loop's socket", NetStats::handedOver);
        net.add("weir.loop.turns", "Turns of the event loops, each with one system call", NetStats::turns);
        net.add("weir.loop.wake.ups", "Waiting loops that another thread woke", NetStats::wakeUps);
        net.add("weir.tcp.accepted", "TCP connections taken", NetStats::tcpAccepted);
        net.add("weir.tcp.refused", "TCP connections closed because strangers held too many", NetStats::tcpRefused);
        net.add("weir.tcp.overdue", "TCP connections closed unclaimed, or stuck", NetStats::tcpOverdue);
        net.add("weir.udp.endpoint.failures", "Sessions closed by an error of ours", NetStats::endpointFailures);
        mirror.ifPresent(present -> {
            Counters<MirrorStats> log = new Counters<>(meters, present::stats);
            log.add("weir.mirror.packets.offered", "Packets offered to the mirror", MirrorStats::packetsOffered);
            log.add("weir.mirror.packets.acknowledged", "Packets that Kafka has", MirrorStats::packetsAcknowledged);
            log.add("weir.mirror.packets.dropped", "Packets left out, buffer full", MirrorStats::packetsDropped);
            log.add("weir.mirror.packets.failed", "Packets that Kafka did not take", MirrorStats::packetsFailed);
            log.add("weir.mirror.batches.acknowledged", "Records that Kafka has", MirrorStats::batchesAcknowledged);
            log.add("weir.mirror.bytes.acknowledged", "Their bytes", MirrorStats::bytesAcknowledged);
            log.add(
                    "weir.mirror.metadata.acknowledged",
                    "Metadata records that Kafka has",
                    MirrorStats::metadataAcknowledged);
            log.add(
                    "weir.mirror.metadata.dropped",
                    "Metadata records left out or not taken by Kafka",
                    MirrorStats::metadataDropped);
        });
    }

    private void measureForwarding(EventLoopGroup loops) {
        meters.histogram(
                "weir_forwarding",
                "From the reading of the packet that waited longest to the sending of a viewer's share",
                IntStream.range(0, DurationHistogram.size())
                        .mapToObj(DurationHistogram::boundSeconds)
                        .toList(),
                () -> {
                    DurationHistogram times = loops.forwarding();
                    return IntStream.range(0, DurationHistogram.size())
                            .mapToObj(times::count)
                            .toList();
                },
                () -> loops.forwarding().sumSeconds());
    }

    /** Publishes the counters that another part keeps. */
    private record Counters<T>(Meters meters, Supplier<T> source) {
        void add(String name, String description, ToDoubleFunction<T> value) {
            meters.counter(name, description, () -> value.applyAsDouble(source.get()));
        }
    }

    private List<TargetView> targets(String streamId) {
        return mirror.map(log -> TargetViews.of(log.targets(streamId), Instant.now()))
                .orElse(List.of());
    }

    private Health health() {
        if (mirror.isEmpty()) {
            return Health.OK;
        }
        MirrorHealth kafka = mirror.get().health();
        String text =
                kafka.state().name().toLowerCase(Locale.ROOT) + (kafka.detail().isEmpty() ? "" : ": " + kafka.detail());
        return new Health(!kafka.isUp(), Map.of("kafka", text));
    }

    private Parts running() {
        return parts.orElseThrow(() -> new IllegalStateException("not started"));
    }

    /** Returns where HTTP is served, with the port that was taken. */
    public InetSocketAddress httpAddress() {
        return running().http().localAddress();
    }

    /** Returns whether HTTP is served over TLS. */
    public boolean isSecure() {
        return config.http().tls().isPresent();
    }

    /** Returns where operators find metrics and the status page, when that is another address. */
    public Optional<InetSocketAddress> adminAddress() {
        return running().http().adminAddress();
    }

    /** Returns the token that was made at the start because nothing said who may do what on an address beyond loopback. */
    public Optional<String> madeToken() {
        return madeToken;
    }

    /** Returns the first address that media is served on. */
    public InetSocketAddress udpAddress() {
        return running().loops().localAddress();
    }

    /** Returns every address that media is served on; they have one port. */
    public List<InetSocketAddress> udpAddresses() {
        return running().loops().localAddresses();
    }

    /** Returns every address that takes media by TCP; empty without {@code tcp.port}. */
    public List<InetSocketAddress> tcpAddresses() {
        return running().loops().tcpAddresses();
    }

    public MediaRelay relay() {
        return relay;
    }

    public Sessions sessions() {
        return running().sessions();
    }

    public Meters meters() {
        return meters;
    }

    /**
     * Drains: new offers are told 503, viewers that listen are sent on, sessions end with a goodbye, the mirror delivers what
     * it has; then HTTP stops and the sockets close. Idempotent.
     */
    @Override
    public synchronized void close() {
        closed = true;
        while (!started.isEmpty()) {
            AutoCloseable part = started.pop();
            try {
                part.close();
            } catch (Exception e) {
                // The others have to be stopped too.
                LOG.warn("{} did not stop well", part.getClass().getSimpleName(), e);
            }
        }
    }
}
