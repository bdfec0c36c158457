package dev.weir.gateway;

import dev.weir.gateway.access.AccessConfig;
import dev.weir.gateway.access.RateConfig;
import dev.weir.gateway.access.TrustedProxies;
import dev.weir.gateway.http.ConnectionConfig;
import dev.weir.gateway.http.HttpConfig;
import dev.weir.gateway.http.WhipConfig;
import dev.weir.gateway.mirror.MirrorConfig;
import dev.weir.gateway.relay.RelayConfig;
import dev.weir.gateway.session.FloodConfig;
import dev.weir.gateway.session.IceConfig;
import dev.weir.gateway.session.IceServers;
import dev.weir.gateway.session.LifeConfig;
import dev.weir.gateway.session.SessionConfig;
import dev.weir.gateway.tls.TlsConfig;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Settings of a {@link WhipServer}. Immutable; made by {@link #builder()}, where every value has a default. */
public final class ServerConfig {
    private final HttpConfig http;
    private final WhipConfig whip;
    private final AccessConfig access;
    private final RateConfig rates;
    private final TrustedProxies trustedProxies;
    private final IceServers iceServers;
    private final int udpPort;
    private final List<InetAddress> udpAddresses;
    private final OptionalInt tcpPort;
    private final int eventLoops;
    private final int receiveBufferBytes;
    private final int sendBufferBytes;
    private final SessionConfig sessions;
    private final RelayConfig relay;
    private final Optional<MirrorConfig> mirror;
    private final int warmUpJoins;

    private ServerConfig(Builder from) {
        whip = from.whip;
        http = new HttpConfig(
                from.httpAddress, from.requestTimeout, from.httpThreads, from.tls, from.adminAddress, from.connections);
        access = from.access;
        rates = from.rates;
        trustedProxies = from.trustedProxies;
        iceServers = from.iceServers;
        udpPort = from.udpPort;
        udpAddresses = List.copyOf(from.udpAddresses);
        tcpPort = from.tcpPort;
        eventLoops = from.eventLoops;
        receiveBufferBytes = from.receiveBufferBytes;
        sendBufferBytes = from.sendBufferBytes;
        sessions = new SessionConfig(
                from.maxSessions,
                from.connectTimeout,
                from.sessionTimeout,
                new IceConfig(from.fullIce, from.trickle, from.iceRestart, from.publicAddresses),
                from.life,
                from.flood);
        relay = from.relay;
        mirror = from.mirror;
        warmUpJoins = from.warmUpJoins;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Returns where HTTP is served; port 0 = any free one. */
    public InetSocketAddress httpAddress() {
        return http.address();
    }

    public HttpConfig http() {
        return http;
    }

    /** Returns the settings of the WHIP and WHEP side. */
    public WhipConfig whip() {
        return whip;
    }

    /** Returns who may do what; unset = everybody everything on loopback, and else the bearer of a token made at the start. */
    public AccessConfig access() {
        return access;
    }

    public RateConfig rates() {
        return rates;
    }

    /** Returns the proxies whose word about a client's address counts. */
    public TrustedProxies trustedProxies() {
        return trustedProxies;
    }

    /** Returns who knows the STUN and TURN servers that clients are told. */
    public IceServers iceServers() {
        return iceServers;
    }

    /** Returns the one UDP port for all media; 0 = any free one. */
    public int udpPort() {
        return udpPort;
    }

    /** Returns the local addresses that media is served on; empty = every address of the interfaces that are up. */
    public List<InetAddress> udpAddresses() {
        return udpAddresses;
    }

    /** Returns the port on the same addresses that takes media by TCP (RFC 6544); 0 = any free one; empty = no TCP. */
    public OptionalInt tcpPort() {
        return tcpPort;
    }

    /** Returns the number of event loops, each a thread. */
    public int eventLoops() {
        return eventLoops;
    }

    /** Returns the wanted size of each UDP socket's receive buffer. */
    public int receiveBufferBytes() {
        return receiveBufferBytes;
    }

    /** Returns the wanted size of each UDP socket's send buffer. */
    public int sendBufferBytes() {
        return sendBufferBytes;
    }

    public int maxSessions() {
        return sessions.maxSessions();
    }

    /** Returns the silence of a peer after which its session ends. */
    public Duration sessionTimeout() {
        return sessions.timeout();
    }

    public SessionConfig sessions() {
        return sessions;
    }

    public RelayConfig relay() {
        return relay;
    }

    /** Returns the mirror's settings, empty when nothing is mirrored into Kafka. */
    public Optional<MirrorConfig> mirror() {
        return mirror;
    }

    /** Returns how many viewers a start plays through with itself, in the background and until a client comes; 0 for none. */
    public int warmUpJoins() {
        return warmUpJoins;
    }

    /** Collects settings. One thread. */
    public static final class Builder {
        private InetSocketAddress httpAddress = new InetSocketAddress(InetAddress.getLoopbackAddress(), 8080);
        private Duration requestTimeout = Duration.ofSeconds(10);
        private int httpThreads = 16;
        private WhipConfig whip = WhipConfig.DEFAULT;
        private Optional<TlsConfig> tls = Optional.empty();
        private Optional<InetSocketAddress> adminAddress = Optional.empty();
        private ConnectionConfig connections = ConnectionConfig.DEFAULT;
        private boolean allowPlain;
        private AccessConfig access = AccessConfig.UNSET;
        private RateConfig rates = RateConfig.DEFAULT;
        private TrustedProxies trustedProxies = TrustedProxies.NONE;
        private IceServers iceServers = IceServers.NONE;
        private int receiveBufferBytes = 4 << 20;
        private int sendBufferBytes = 4 << 20;
        private int udpPort = 8189;
        private OptionalInt tcpPort = OptionalInt.empty();
        private List<InetAddress> udpAddresses = List.of();
        private int eventLoops = Runtime.getRuntime().availableProcessors();
        private int maxSessions = SessionConfig.DEFAULT.maxSessions();
        private Duration connectTimeout = SessionConfig.DEFAULT.connectTimeout();
        private Duration sessionTimeout = SessionConfig.DEFAULT.timeout();
        private boolean fullIce = IceConfig.DEFAULT.full();
        private boolean trickle = IceConfig.DEFAULT.trickle();
        private boolean iceRestart = IceConfig.DEFAULT.restart();
        private List<String> publicAddresses = List.of();
        private LifeConfig life = LifeConfig.DEFAULT;
        private FloodConfig flood = FloodConfig.DEFAULT;
        private RelayConfig relay = RelayConfig.DEFAULT;
        private Optional<MirrorConfig> mirror = Optional.empty();
        private int warmUpJoins;

        private Builder() {}

        /** Sets {@link ServerConfig#httpAddress}. */
        public Builder bindAddress(InetSocketAddress value) {
            httpAddress = value;
            return this;
        }

        /** Sets {@link ServerConfig#httpAddress} from a host name or literal and a port. */
        public Builder bindAddress(String host, int port) {
            return bindAddress(new InetSocketAddress(host, port));
        }

        /** Sets the time in which a request must have arrived whole and been answered. */
        public Builder requestTimeout(Duration value) {
            requestTimeout = value;
            return this;
        }

        /** Sets the number of threads that work on requests. */
        public Builder httpThreads(int value) {
            httpThreads = value;
            return this;
        }

        /** Sets {@link ServerConfig#whip}. */
        public Builder whip(WhipConfig value) {
            whip = value;
            return this;
        }

        /** Serves HTTPS with this certificate. */
        public Builder tls(TlsConfig value) {
            tls = Optional.of(value);
            return this;
        }

        /** How many HTTP connections a client may have. */
        public Builder connections(ConnectionConfig value) {
            connections = value;
            return this;
        }

        /** Serves metrics and the status page on this address only. */
        public Builder adminAddress(InetSocketAddress value) {
            adminAddress = Optional.of(value);
            return this;
        }

        /** Permits plain HTTP on an address that other machines reach, for a proxy there that speaks TLS. */
        public Builder allowPlainHttp(boolean value) {
            allowPlain = value;
            return this;
        }

        /** Sets {@link ServerConfig#access}. */
        public Builder access(AccessConfig value) {
            access = value;
            return this;
        }

        /** Sets how often one client may ask. */
        public Builder rates(RateConfig value) {
            rates = value;
            return this;
        }

        /** Sets {@link ServerConfig#trustedProxies}. */
        public Builder trustedProxies(TrustedProxies value) {
            trustedProxies = value;
            return this;
        }

        /** Sets {@link ServerConfig#iceServers}. */
        public Builder iceServers(IceServers value) {
            iceServers = value;
            return this;
        }

        /** Sets {@link ServerConfig#receiveBufferBytes} and {@link ServerConfig#sendBufferBytes}. */
        public Builder socketBuffers(int receiveBytes, int sendBytes) {
            receiveBufferBytes = receiveBytes;
            sendBufferBytes = sendBytes;
            return this;
        }

        /** Sets {@link ServerConfig#udpPort}. */
        public Builder udpPort(int value) {
            udpPort = value;
            return this;
        }

        /** Sets {@link ServerConfig#tcpPort}: takes media by TCP too. */
        public Builder tcpPort(int value) {
            tcpPort = OptionalInt.of(value);
            return this;
        }

        /** Sets {@link ServerConfig#udpAddresses}. */
        public Builder udpAddresses(List<InetAddress> value) {
            udpAddresses = value;
            return this;
        }

        /** Sets {@link ServerConfig#eventLoops}. */
        public Builder eventLoops(int value) {
            eventLoops = value;
            return this;
        }

        /** Sets the most sessions at a time; further offers are refused with 503. */
        public Builder maxSessions(int value) {
            maxSessions = value;
            return this;
        }

        /** Sets the time in which a session must connect. */
        public Builder connectTimeout(Duration value) {
            connectTimeout = value;
            return this;
        }

        /** Sets {@link ServerConfig#sessionTimeout}. */
        public Builder sessionTimeout(Duration value) {
            sessionTimeout = value;
            return this;
        }

        /** Sets whether peers' addresses are checked too; otherwise they must reach ours (RFC 8445 section 2.5). */
        public Builder fullIce(boolean value) {
            fullIce = value;
            return this;
        }

        /** Sets whether candidates are taken after the offer. */
        public Builder trickle(boolean value) {
            trickle = value;
            return this;
        }

        /** Sets whether ICE may be restarted. */
        public Builder iceRestart(boolean value) {
            iceRestart = value;
            return this;
        }

        /** Sets the literal addresses that answers name instead of the local ones. */
        public Builder publicAddresses(List<String> value) {
            publicAddresses = value;
            return this;
        }

        /** Sets {@link ServerConfig#relay}. */
        public Builder relay(RelayConfig value) {
            relay = value;
            return this;
        }

        /** Sets how long sessions live, and who may end them. */
        public Builder life(LifeConfig value) {
            life = value;
            return this;
        }

        /** Sets what clients can make the gateway hold and do. */
        public Builder flood(FloodConfig value) {
            flood = value;
            return this;
        }

        /** Mirrors every stream into Kafka. */
        public Builder mirror(MirrorConfig value) {
            mirror = Optional.of(value);
            return this;
        }

        /** Sets {@link ServerConfig#warmUpJoins}. */
        public Builder warmUpJoins(int value) {
            warmUpJoins = value;
            return this;
        }

        /**
         * Returns the settings.
         *
         * @throws IllegalArgumentException naming the key when a value is out of range
         */
        public ServerConfig build() {
            if (udpPort < 0 || udpPort > 65_535) {
                throw new IllegalArgumentException("udp.port must be 0 to 65535: " + udpPort);
            }
            if (eventLoops < 1) {
                throw new IllegalArgumentException("udp.loops must be positive: " + eventLoops);
            }
            if (tls.isEmpty()) {
                requireLocal(httpAddress, "http.address");
                adminAddress.ifPresent(address -> requireLocal(address, "http.admin-address"));
            }
            return new ServerConfig(this);
        }

        private void requireLocal(InetSocketAddress address, String key) {
            boolean local = address.getAddress() != null && address.getAddress().isLoopbackAddress();
            if (!local && !allowPlain) {
                throw new IllegalArgumentException(key + " " + address.getHostString() + ":" + address.getPort()
                        + " can be reached from other machines, and plain HTTP would show them tokens and media keys:"
                        + " set http.tls to a certificate file or to self-signed, or http.allow-plain to true when a"
                        + " proxy in front speaks TLS");
            }
        }
    }
}
