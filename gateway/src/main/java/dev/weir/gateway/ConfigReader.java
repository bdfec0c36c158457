package dev.weir.gateway;

import dev.weir.gateway.config.Config;
import dev.weir.gateway.config.ConfigException;
import dev.weir.gateway.config.HostAndPort;
import dev.weir.gateway.config.Key;
import dev.weir.gateway.config.Setting;
import dev.weir.gateway.http.Preconditions;
import dev.weir.gateway.http.WhipConfig;
import dev.weir.gateway.mirror.MetadataConfig;
import dev.weir.gateway.mirror.MetadataTopic;
import dev.weir.gateway.mirror.MirrorConfig;
import dev.weir.gateway.session.AddressPrivacy;
import dev.weir.gateway.session.LifeConfig;
import dev.weir.gateway.session.TakeoverPolicy;
import dev.weir.webrtc.codec.Codec;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.utils.Utils;

/** Turns configuration files, variables and flags into a {@link ServerConfig}. */
public final class ConfigReader {
    private static final int MAX_PORT = 65_535;
    private static final long MAX_SOCKET_BUFFER = 1L << 30;

    private ConfigReader() {}

    /**
     * Loads the configuration.
     *
     * @throws ConfigException naming file and line, variable or flag of the first mistake
     */
    public static Config load(Optional<Path> file, Map<String, String> environment, List<Setting> flags)
            throws ConfigException {
        Set<String> kafka = new HashSet<>(ProducerConfig.configNames());
        kafka.addAll(AdminClientConfig.configNames());
        return Config.load(new Config.Sources(file, environment, flags, kafka));
    }

    /**
     * Returns the server's settings.
     *
     * @throws ConfigException when a value is out of range or an address does not resolve
     */
    public static ServerConfig serverConfig(Config config) throws ConfigException {
        ServerConfig.Builder builder = ServerConfig.builder()
                .bindAddress(httpAddress(config))
                .requestTimeout(config.duration(Key.HTTP_REQUEST_TIMEOUT))
                .httpThreads(config.integer(Key.HTTP_WORKER_THREADS, 1, 1_000))
                .whip(whip(config))
                .udpPort(config.integer(Key.UDP_PORT, 0, MAX_PORT))
                .udpAddresses(udpAddresses(config))
                .socketBuffers((int) config.bytes(Key.UDP_RECEIVE_BUFFER, 1, MAX_SOCKET_BUFFER), (int)
                        config.bytes(Key.UDP_SEND_BUFFER, 1, MAX_SOCKET_BUFFER))
                .maxSessions(config.integer(Key.SESSIONS_MAX, 1, 1_000_000))
                .sessionTimeout(config.duration(Key.SESSIONS_TIMEOUT))
                .connectTimeout(config.duration(Key.SESSIONS_CONNECT_TIMEOUT))
                .life(life(config))
                .warmUpJoins(config.integer(Key.WARM_UP_JOINS, 0, 10_000));
        AccessReader.read(config, builder);
        int loops = config.integer(Key.UDP_LOOPS, 0, 1_000);
        if (loops > 0) {
            builder.eventLoops(loops);
        }
        int tcpPort = config.integer(Key.TCP_PORT, 0, MAX_PORT);
        if (tcpPort > 0) {
            builder.tcpPort(tcpPort);
        }
        IceReader.read(config, builder);
        String brokers = String.join(",", config.list(Key.KAFKA_BOOTSTRAP_SERVERS));
        if (!brokers.isEmpty()) {
            requireAddresses(config);
            builder.mirror(mirror(config, brokers));
        }
        try {
            return builder.build();
        } catch (IllegalArgumentException e) {
            throw new ConfigException(String.valueOf(e.getMessage()));
        }
    }

    /** Kafka's client refuses what has no port only when it connects, and is asked to again and again. */
    private static void requireAddresses(Config config) throws ConfigException {
        for (String broker : config.list(Key.KAFKA_BOOTSTRAP_SERVERS)) {
            if (Utils.getHost(broker) == null || Utils.getPort(broker) == null) {
                throw config.wrong(Key.KAFKA_BOOTSTRAP_SERVERS, "must be host:port: " + broker);
            }
        }
    }

    private static List<Codec> codecs(Config config, Key key) throws ConfigException {
        List<Codec> codecs = new ArrayList<>();
        for (String name : config.list(key)) {
            codecs.add(Codec.ofEncodingName(name).orElseThrow(() -> config.wrong(key, "names no codec: " + name)));
        }
        return codecs;
    }

    private static LifeConfig life(Config config) throws ConfigException {
        TakeoverPolicy takeover = TakeoverPolicy.of(config.text(Key.SESSIONS_TAKEOVER))
                .orElseThrow(() -> config.wrong(Key.SESSIONS_TAKEOVER, "must be never, same-subject or always"));
        AddressPrivacy addresses = AddressPrivacy.of(config.text(Key.SESSIONS_LOG_ADDRESSES))
                .orElseThrow(() -> config.wrong(Key.SESSIONS_LOG_ADDRESSES, "must be full, truncated or none"));
        try {
            return new LifeConfig(
                    config.duration(Key.SESSIONS_STALL_TIMEOUT),
                    config.duration(Key.SESSIONS_MAX_DURATION),
                    takeover,
                    codecs(config, Key.SESSIONS_VIEWERS_WAIT),
                    addresses,
                    config.duration(Key.SESSIONS_DRAIN_TIME),
                    config.text(Key.SESSIONS_RECONNECT_URL));
        } catch (IllegalArgumentException e) {
            throw new ConfigException(String.valueOf(e.getMessage()));
        }
    }

    private static InetSocketAddress httpAddress(Config config) throws ConfigException {
        HostAndPort wanted = config.address(Key.HTTP_ADDRESS);
        if (wanted.host().isEmpty()) {
            return new InetSocketAddress(wanted.port());
        }
        return new InetSocketAddress(resolve(config, Key.HTTP_ADDRESS, wanted.host()), wanted.port());
    }

    private static WhipConfig whip(Config config) throws ConfigException {
        Preconditions preconditions = switch (config.text(Key.WHIP_PRECONDITIONS)) {
            case "strict" -> Preconditions.STRICT;
            case "lenient" -> Preconditions.LENIENT;
            default -> throw config.wrong(Key.WHIP_PRECONDITIONS, "must be strict or lenient");
        };
        List<URI> redirectTo = new ArrayList<>();
        for (String target : config.list(Key.WHIP_REDIRECT_TO)) {
            redirectTo.add(uri(config, Key.WHIP_REDIRECT_TO, target));
        }
        try {
            return new WhipConfig(preconditions, redirectTo, config.duration(Key.WHEP_SERVER_OFFER_LIFE));
        } catch (IllegalArgumentException e) {
            throw new ConfigException(String.valueOf(e.getMessage()));
        }
    }

    private static List<InetAddress> udpAddresses(Config config) throws ConfigException {
        List<InetAddress> addresses = new ArrayList<>();
        for (String host : config.list(Key.UDP_ADDRESSES)) {
            addresses.add(resolve(config, Key.UDP_ADDRESSES, host));
        }
        return addresses;
    }

    @SuppressWarnings("AddressSelection") // One address is meant; a name with several would be a mistake here.
    private static InetAddress resolve(Config config, Key key, String host) throws ConfigException {
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw config.wrong(key, "names a host that does not resolve: " + host);
        }
    }

    private static URI uri(Config config, Key key, String text) throws ConfigException {
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            throw config.wrong(key, "is not an address: " + text);
        }
    }

    private static MetadataConfig metadata(Config config) throws ConfigException {
        Set<MetadataTopic> topics = EnumSet.noneOf(MetadataTopic.class);
        for (String name : config.list(Key.MIRROR_METADATA)) {
            switch (name) {
                case "frames" -> topics.add(MetadataTopic.FRAMES);
                case "sessions" -> topics.add(MetadataTopic.SESSIONS);
                case "stats" -> topics.add(MetadataTopic.STATS);
                case "streams" -> topics.add(MetadataTopic.STREAMS);
                default ->
                    throw config.wrong(Key.MIRROR_METADATA, "must be frames, sessions, stats or streams: " + name);
            }
        }
        return new MetadataConfig(
                topics,
                config.duration(Key.MIRROR_STATS_INTERVAL),
                config.duration(Key.MIRROR_METADATA_RETENTION),
                config.integer(Key.MIRROR_METADATA_QUEUE, 1, 10_000_000));
    }

    private static MirrorConfig mirror(Config config, String brokers) throws ConfigException {
        try {
            MirrorConfig.Builder builder = MirrorConfig.builder(brokers);
            String registry = config.text(Key.MIRROR_REGISTRY);
            if (!registry.isEmpty()) {
                builder.registry(uri(config, Key.MIRROR_REGISTRY, registry));
            }
            return builder.clientProperties(config.kafkaProperties())
                    .topic(config.text(Key.MIRROR_TOPIC))
                    .partitions(config.integer(Key.MIRROR_PARTITIONS, 1, 10_000))
                    .replicationFactor(config.integer(Key.MIRROR_REPLICATION_FACTOR, -1, 100))
                    .retention(config.duration(Key.MIRROR_RETENTION))
                    .retentionBytes(config.bytes(Key.MIRROR_RETENTION_SIZE, 0, Long.MAX_VALUE))
                    .metadata(metadata(config))
                    .bufferBytes(config.bytes(Key.MIRROR_BUFFER, 1_000_000, Long.MAX_VALUE))
                    .batchBytes((int) config.bytes(Key.MIRROR_BATCH_SIZE, 10_000, MirrorConfig.MAX_BATCH_BYTES))
                    .minBatchAge(config.duration(Key.MIRROR_MIN_BATCH_AGE))
                    .maxBatchAge(config.duration(Key.MIRROR_MAX_BATCH_AGE))
                    .linger(config.duration(Key.MIRROR_LINGER))
                    .configurationInterval(config.duration(Key.MIRROR_CONFIGURATION_INTERVAL))
                    .heartbeatInterval(config.duration(Key.MIRROR_HEARTBEAT_INTERVAL))
                    .keyframeInterval(config.duration(Key.MIRROR_KEYFRAME_INTERVAL))
                    .closeTimeout(config.duration(Key.MIRROR_CLOSE_TIMEOUT))
                    .build();
        } catch (IllegalArgumentException e) {
            throw new ConfigException(String.valueOf(e.getMessage()));
        }
    }
}
