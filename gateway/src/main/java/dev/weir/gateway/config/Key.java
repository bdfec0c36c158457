package dev.weir.gateway.config;

import java.util.Locale;

/** Every key that exists, with its default and meaning: the source of the reference file and of the documentation. */
public enum Key {
    HTTP_ADDRESS(
            "http.address",
            ValueType.ADDRESS,
            "127.0.0.1:8080",
            "Where HTTP listens. Use 0.0.0.0:8080 to be reachable from other machines; that needs http.tls or"
                    + " http.allow-plain.",
            "--http"),
    HTTP_REQUEST_TIMEOUT(
            "http.request-timeout",
            ValueType.DURATION,
            "10s",
            "A request that has not been read completely after this time is dropped."),
    HTTP_WORKER_THREADS("http.worker-threads", ValueType.INTEGER, "16", "Threads that work on requests."),
    HTTP_MAX_CONNECTIONS_PER_ADDRESS(
            "http.max-connections-per-address",
            ValueType.INTEGER,
            "512",
            "HTTP connections at a time of one address (IPv6: network of 64 bits); more are closed. limits.exempt and"
                    + " http.trusted-proxies are not counted."),
    WHIP_PRECONDITIONS(
            "whip.preconditions",
            ValueType.TEXT,
            "lenient",
            "What is done about a PATCH without If-Match. strict: refused with 428, as RFC 9725 says; lenient: taken when"
                    + " it has the session's ICE credentials or none, for clients that never send one."),
    WHIP_REDIRECT_TO(
            "whip.redirect-to",
            ValueType.LIST,
            "",
            "Base addresses of gateways, http(s)://host:port, that WHIP and WHEP offers are sent on to in turn with 307."
                    + " Empty: offers are served here."),
    WHEP_SERVER_OFFER_LIFE(
            "whep.server-offer-life",
            ValueType.DURATION,
            "30s",
            "How long a player that asked for our offer may take to answer it."),
    HTTP_TLS(
            "http.tls",
            ValueType.TEXT,
            "off",
            "HTTPS: off, self-signed (made at every start, for development), or the file of the certificate chain: PEM,"
                    + " or PKCS#12 when it ends in .p12 or .pfx. A file that changes is read again.",
            "--tls"),
    HTTP_TLS_KEY(
            "http.tls-key",
            ValueType.TEXT,
            "",
            "PEM file of the private key. Empty: the file of http.tls holds it too."),
    HTTP_TLS_PASSWORD("http.tls-password", ValueType.TEXT, "", "Password of the PKCS#12 file."),
    HTTP_ALLOW_PLAIN(
            "http.allow-plain",
            ValueType.BOOLEAN,
            "false",
            "Whether plain HTTP may be served on an address that other machines reach: for a proxy in front that speaks"
                    + " TLS. Tokens and media keys cross the network in the clear then."),
    HTTP_ADMIN_ADDRESS(
            "http.admin-address",
            ValueType.TEXT,
            "",
            "Second address, host:port, for metrics and the status page, which are then served there only. Empty: they"
                    + " are on http.address."),
    HTTP_TRUSTED_PROXIES(
            "http.trusted-proxies",
            ValueType.LIST,
            "",
            "Address blocks, like 10.0.0.0/8, of proxies whose X-Forwarded-For names the client."),
    AUTH_TOKENS(
            "auth.tokens",
            ValueType.LIST,
            "",
            "Known tokens, each NAME SHA256 GRANT …, as `weir token` prints them. A grant is publish, view, list, admin"
                    + " or takeover, a colon and a stream id, in which * stands for anything."),
    AUTH_ANONYMOUS(
            "auth.anonymous",
            ValueType.LIST,
            "",
            "Grants of whoever has no token, for example view:*; or the word everything. Empty: none; but when no key of"
                    + " auth is set, everything on loopback, and elsewhere a token is made at the start and printed."),
    AUTH_JWT_KEYS(
            "auth.jwt-keys",
            ValueType.TEXT,
            "",
            "Key set (JWKS) that signed tokens are checked with: https address, or file. Empty: no JWT is accepted."),
    AUTH_JWT_ISSUER("auth.jwt-issuer", ValueType.TEXT, "", "What iss of a signed token must be."),
    AUTH_JWT_AUDIENCE("auth.jwt-audience", ValueType.TEXT, "weir", "What aud of a signed token must hold."),
    AUTH_JWT_ALGORITHMS(
            "auth.jwt-algorithms",
            ValueType.LIST,
            "ES256,PS256,RS256",
            "Signature algorithms that are accepted; also possible are ES384, ES512, PS384, PS512, RS384, RS512."),
    AUTH_JWT_CLAIM(
            "auth.jwt-claim",
            ValueType.TEXT,
            "weir",
            "Claim that holds the grants: a list of texts, or one text with spaces, as scope is."),
    AUTH_HOOK_URL(
            "auth.hook-url",
            ValueType.TEXT,
            "",
            "Service that is asked about every other token, by POST of JSON. Empty: none."),
    AUTH_HOOK_SECRET("auth.hook-secret", ValueType.TEXT, "", "Sent to the service as bearer token; may be empty."),
    AUTH_HOOK_TIMEOUT(
            "auth.hook-timeout", ValueType.DURATION, "2s", "Time for its answer; without one the request gets 503."),
    AUTH_OUTBOUND_NETWORKS(
            "auth.outbound-networks",
            ValueType.LIST,
            "",
            "Address blocks beyond the public internet, like 10.0.0.0/8, where the key set and the service may be; there"
                    + " plain http will do."),
    AUTH_ALLOW_QUERY(
            "auth.allow-query",
            ValueType.BOOLEAN,
            "false",
            "Whether ?token= is read when there is no Authorization header. Addresses end up in logs of others: avoid it."),
    LIMITS_ADDRESS_BURST(
            "limits.address-burst",
            ValueType.INTEGER,
            "1000",
            "POST, PATCH and DELETE requests at once from one address (IPv6: network of 64 bits); then 429."),
    LIMITS_ADDRESS_RATE("limits.address-rate", ValueType.INTEGER, "1200", "The same, a minute in the long run."),
    LIMITS_SUBJECT_BURST(
            "limits.subject-burst",
            ValueType.INTEGER,
            "2000",
            "POST, PATCH and DELETE requests at once with tokens of one subject; then 429."),
    LIMITS_SUBJECT_RATE("limits.subject-rate", ValueType.INTEGER, "6000", "The same, a minute in the long run."),
    LIMITS_EXEMPT(
            "limits.exempt",
            ValueType.LIST,
            "127.0.0.0/8,::1",
            "Address blocks that are not counted. Behind a proxy on this machine set http.trusted-proxies."),
    UDP_PORT(
            "udp.port",
            ValueType.INTEGER,
            "8189",
            "UDP port of all media and all sessions; 0 lets the system choose.",
            "--udp"),
    UDP_ADDRESSES(
            "udp.addresses",
            ValueType.LIST,
            "",
            "Local addresses to open UDP sockets on and to offer to peers. Empty: that of http.address,"
                    + " or every address of this machine when HTTP listens on all."),
    UDP_PUBLIC_ADDRESS(
            "udp.public-address",
            ValueType.LIST,
            "",
            "Addresses that peers reach this machine under, one of IPv4 and one of IPv6 at most, when it stands behind"
                    + " one-to-one NAT (cloud machines). They replace its own in every answer."),
    UDP_LOOPS(
            "udp.loops",
            ValueType.INTEGER,
            "0",
            "Event loops, each with a thread and a share of the sessions. 0: one per processor."),
    UDP_RECEIVE_BUFFER(
            "udp.receive-buffer", ValueType.BYTES, "4MB", "Receive buffer of each UDP socket; the system may cap it."),
    UDP_SEND_BUFFER(
            "udp.send-buffer", ValueType.BYTES, "4MB", "Send buffer of each UDP socket; the system may cap it."),
    TCP_PORT(
            "tcp.port",
            ValueType.INTEGER,
            "0",
            "TCP port of media, for clients whose network lets no UDP out; often 443. 0: none."),
    ICE_MODE(
            "ice.mode",
            ValueType.TEXT,
            "lite",
            "lite: clients find the way to us, which needs an address that they reach. full: we look for a way to them"
                    + " too, for a gateway behind a NAT or firewall that lets packets out first."),
    ICE_TRICKLE(
            "ice.trickle",
            ValueType.BOOLEAN,
            "true",
            "Whether clients may tell candidates after the offer, by PATCH; otherwise that is answered with 422."),
    ICE_RESTART(
            "ice.restart",
            ValueType.BOOLEAN,
            "true",
            "Whether clients may restart ICE by PATCH, for example after a change of network; otherwise that is answered"
                    + " with 422."),
    ICE_SERVERS(
            "ice.servers",
            ValueType.LIST,
            "",
            "STUN and TURN servers that clients are told of, for example stun:stun.example.org,"
                    + " turn:turn.example.org?transport=tcp."),
    ICE_TURN_SECRET(
            "ice.turn-secret",
            ValueType.TEXT,
            "",
            "Secret that the TURN servers share with us (static-auth-secret of coturn): each client gets credentials of"
                    + " its own that expire."),
    ICE_TURN_LIFETIME(
            "ice.turn-lifetime",
            ValueType.DURATION,
            "1h",
            "How long credentials made with ice.turn-secret are good; at most 1h."),
    ICE_TURN_USERNAME(
            "ice.turn-username", ValueType.TEXT, "", "User name for the TURN servers, the same for all clients."),
    ICE_TURN_PASSWORD(
            "ice.turn-password",
            ValueType.TEXT,
            "",
            "Password for the TURN servers, the same for all clients, who all see it. Better is ice.turn-secret."),
    SESSIONS_MAX(
            "sessions.max",
            ValueType.INTEGER,
            "1000",
            "Publishers and viewers at a time; the next one is told 503 and when to come again."),
    SESSIONS_MAX_UNCONNECTED(
            "sessions.max-unconnected",
            ValueType.INTEGER,
            "500",
            "Sessions at a time that have not connected yet; the next one is told 503 and when to come again."),
    SESSIONS_MAX_UNCONNECTED_PER_ADDRESS(
            "sessions.max-unconnected-per-address",
            ValueType.INTEGER,
            "300",
            "The same, of one address (IPv6: network of 64 bits); the next one is told 429. Loopback is not counted."),
    SESSIONS_MAX_RECEIVE_RATE(
            "sessions.max-receive-rate",
            ValueType.BYTES,
            "16MB",
            "Bytes a second that one session may send to the gateway; more is dropped and counted."),
    SESSIONS_MAX_PACKET_RATE(
            "sessions.max-packet-rate",
            ValueType.INTEGER,
            "20000",
            "Packets a second that one session may send to the gateway; more are dropped and counted."),
    SESSIONS_TIMEOUT(
            "sessions.timeout",
            ValueType.DURATION,
            "30s",
            "A connected session that sends no connectivity check for so long is closed."),
    SESSIONS_CONNECT_TIMEOUT(
            "sessions.connect-timeout",
            ValueType.DURATION,
            "15s",
            "A session that has not connected after this time is closed."),
    SESSIONS_STALL_TIMEOUT(
            "sessions.stall-timeout",
            ValueType.DURATION,
            "1m",
            "A connected publisher that sends no media for so long is closed."),
    SESSIONS_MAX_DURATION(
            "sessions.max-duration", ValueType.DURATION, "0s", "A session is closed at this age; 0s: at none."),
    SESSIONS_TAKEOVER(
            "sessions.takeover",
            ValueType.TEXT,
            "same-subject",
            "Who may take a stream over from a publisher that is alive: never, same-subject (whose token names the same"
                    + " subject; without tokens nobody) or always. A token with the grant takeover may in any case."
                    + " Others are told 409."),
    SESSIONS_VIEWERS_WAIT(
            "sessions.viewers-wait",
            ValueType.LIST,
            "",
            "Codecs, such as H264 and OPUS, for which a viewer of a stream that is not live is accepted and waits for its"
                    + " publisher. Empty: it is told 409 and when to come again."),
    SESSIONS_LOG_ADDRESSES(
            "sessions.log-addresses",
            ValueType.TEXT,
            "truncated",
            "How much of a peer's address is told in logs and events: full, truncated (24 bits of IPv4, 48 of IPv6) or"
                    + " none."),
    SESSIONS_DRAIN_TIME(
            "sessions.drain-time",
            ValueType.DURATION,
            "500ms",
            "How long a stop waits for viewers to follow the reconnect event before their sessions end; at most 5s."),
    SESSIONS_RECONNECT_URL(
            "sessions.reconnect-url",
            ValueType.TEXT,
            "",
            "Base URL of the gateway that viewers shall go to when this one stops, told in the reconnect event. Empty:"
                    + " where they came from, which suits a load balancer."),
    KAFKA_BOOTSTRAP_SERVERS(
            "kafka.bootstrap-servers",
            ValueType.LIST,
            "",
            "Brokers of the log, host:port. Empty: nothing is mirrored into Kafka. Any other key below kafka. is a"
                    + " property of the Kafka client, for example kafka.security.protocol.",
            "--kafka"),
    MIRROR_TOPIC("mirror.topic", ValueType.TEXT, "weir.media.v1", "Topic of the media log."),
    MIRROR_PARTITIONS("mirror.partitions", ValueType.INTEGER, "6", "Partitions, when the topic has to be created."),
    MIRROR_REPLICATION_FACTOR(
            "mirror.replication-factor",
            ValueType.INTEGER,
            "-1",
            "Replicas, when the topic has to be created. -1: the brokers' default."),
    MIRROR_RETENTION(
            "mirror.retention",
            ValueType.DURATION,
            "24h",
            "How long the log keeps media, when the topic has to be created."),
    MIRROR_RETENTION_SIZE(
            "mirror.retention-size",
            ValueType.BYTES,
            "0B",
            "How much media each partition of the log keeps, when the topic has to be created. 0B: as much as the time"
                    + " allows."),
    MIRROR_REGISTRY(
            "mirror.registry",
            ValueType.TEXT,
            "",
            "Address of a schema registry with Confluent's REST interface, for example http://apicurio:8080/apis/ccompat/v7."
                    + " Records then begin with the ids that it gives. Empty: Avro single-object encoding, which needs no"
                    + " registry."),
    MIRROR_METADATA(
            "mirror.metadata",
            ValueType.LIST,
            "frames,sessions,stats,streams",
            "Metadata topics that are written, of frames, sessions, stats and streams. Empty: the media log alone."),
    MIRROR_METADATA_QUEUE(
            "mirror.metadata-queue",
            ValueType.INTEGER,
            "50000",
            "Metadata records that may wait for Kafka; beyond it new ones are dropped and counted."),
    MIRROR_METADATA_RETENTION(
            "mirror.metadata-retention",
            ValueType.DURATION,
            "168h",
            "How long sessions and statistics are kept, when their topics have to be created. Frames are kept as long"
                    + " as the media."),
    MIRROR_STATS_INTERVAL("mirror.stats-interval", ValueType.DURATION, "10s", "How often statistics are written."),
    MIRROR_BUFFER(
            "mirror.buffer",
            ValueType.BYTES,
            "64MB",
            "Bound of all media that Kafka has not acknowledged; beyond it media is left out up to the next keyframe,"
                    + " and the log declares the gap."),
    MIRROR_BATCH_SIZE("mirror.batch-size", ValueType.BYTES, "512kB", "A record is cut at this size; at most 900kB."),
    MIRROR_MIN_BATCH_AGE(
            "mirror.min-batch-age",
            ValueType.DURATION,
            "40ms",
            "A record is cut at the end of a video frame once it is this old."),
    MIRROR_MAX_BATCH_AGE(
            "mirror.max-batch-age",
            ValueType.DURATION,
            "100ms",
            "A record is cut when it is this old, whatever it holds."),
    MIRROR_LINGER("mirror.linger", ValueType.DURATION, "5ms", "How long the producer waits to fill a request."),
    MIRROR_CONFIGURATION_INTERVAL(
            "mirror.configuration-interval",
            ValueType.DURATION,
            "2s",
            "How often the list of tracks is repeated in the log, so that a reader can start anywhere."),
    MIRROR_HEARTBEAT_INTERVAL(
            "mirror.heartbeat-interval", ValueType.DURATION, "1s", "Silence after which a heartbeat is written."),
    MIRROR_KEYFRAME_INTERVAL(
            "mirror.keyframe-interval",
            ValueType.DURATION,
            "4s",
            "Longest time without a keyframe before one is requested from the publisher; 0s: never. The archive is"
                    + " cut at keyframes."),
    MIRROR_CLOSE_TIMEOUT(
            "mirror.close-timeout",
            ValueType.DURATION,
            "5s",
            "How long a stop waits for Kafka to acknowledge the rest."),
    WARM_UP_JOINS(
            "warm-up.joins",
            ValueType.INTEGER,
            "200",
            "Viewers that a start plays through with itself, at low priority and only until a client comes, so that the first"
                    + " real ones do not wait for cold code. 0: none."),
    LOG_LEVEL("log.level", ValueType.TEXT, "info", "Least severe message to log: error, warn, info, debug or trace.");

    private final String key;
    private final ValueType type;
    private final String defaultValue;
    private final String meaning;
    private final String flag;

    Key(String key, ValueType type, String defaultValue, String meaning) {
        this(key, type, defaultValue, meaning, "");
    }

    Key(String key, ValueType type, String defaultValue, String meaning, String flag) {
        this.key = key;
        this.type = type;
        this.defaultValue = defaultValue;
        this.meaning = meaning;
        this.flag = flag;
    }

    /** Returns the name in the file, for example {@code http.address}. */
    public String key() {
        return key;
    }

    /** Returns the kind of value. */
    public ValueType type() {
        return type;
    }

    /** Returns the text of the value that counts when nobody sets the key. */
    public String defaultValue() {
        return defaultValue;
    }

    /** Returns one or two sentences for the user. */
    public String meaning() {
        return meaning;
    }

    /** Returns the flag of its own that sets the key, empty when only {@code --set key=value} does. */
    public String flag() {
        return flag;
    }

    /** Returns the environment variable that sets the key, for example {@code WEIR_HTTP_ADDRESS}. */
    public String environmentVariable() {
        return "WEIR_" + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }
}
