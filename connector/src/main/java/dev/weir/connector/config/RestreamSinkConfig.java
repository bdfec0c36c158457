package dev.weir.connector.config;

import dev.weir.schemas.Topics;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Width;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;

/** Settings of the restream sink. Parsed once per task; immutable. */
public final class RestreamSinkConfig extends AbstractConfig {
    /** Which stream. */
    public static final String STREAM = "restream.stream";

    /** Where to. */
    public static final String URL = "restream.url";

    /** Bearer token of WHIP and HLS. */
    public static final String TOKEN = "restream.token";

    /** Where in the log to begin. */
    public static final String START = "restream.start";

    /** What becomes of the audio. */
    public static final String AUDIO = "restream.audio";

    /** Networks that may be reached besides the public internet. */
    public static final String ALLOW = "restream.allow";

    /** Session description for receivers of plain RTP. */
    public static final String SDP_FILE = "restream.sdp.file";

    /** Certificate authorities. */
    public static final String TLS_CA_FILE = "restream.tls.ca.file";

    /** The program FFmpeg. */
    public static final String FFMPEG = "restream.ffmpeg.path";

    /** Name of the topic that tells what the target does. */
    public static final String TOPIC = "restream.topic.name";

    /** In front of the properties of Kafka's clients for {@link #TOPIC}. */
    public static final String TOPIC_KAFKA = "restream.topic.kafka.";

    /** Brokers of {@link #TOPIC}. */
    public static final String TOPIC_BOOTSTRAP = TOPIC_KAFKA + "bootstrap.servers";

    /** Schema registry of {@link #TOPIC}. */
    public static final String TOPIC_REGISTRY = "restream.topic.registry.url";

    /** Connect's own name of the connector. */
    private static final String NAME = "name";

    private static final String AUDIO_SILENCE = "restream.audio.silence";
    private static final String AUDIO_BITRATE = "restream.audio.bitrate";
    private static final String LATENCY_MS = "restream.latency.ms";
    private static final String MAX_DELAY_MS = "restream.delay.max.ms";
    private static final String CATCH_UP = "restream.catch.up";
    private static final String BUFFER_BYTES = "restream.buffer.bytes";
    private static final String STALL_TIMEOUT_MS = "restream.stall.timeout.ms";
    private static final String RETRY_MS = "restream.retry.ms";
    private static final String RETRY_MAX_MS = "restream.retry.max.ms";
    private static final String HLS_SEGMENT_MS = "restream.hls.segment.ms";

    private static final long MIB = 1L << 20;
    private static final ConfigDef DEFINITION = define();

    /**
     * Reads the settings.
     *
     * @throws ConfigException when a value is out of range or missing
     */
    public RestreamSinkConfig(Map<String, String> properties) {
        super(DEFINITION, properties);
    }

    /** Returns the definition, from which Connect validates and documents. */
    public static ConfigDef definition() {
        return DEFINITION;
    }

    private static ConfigDef define() {
        return new Definition()
                .group("Target")
                .required(STREAM, ConfigDef.Type.STRING, "Id of the stream to push.", "Stream")
                .required(
                        URL,
                        ConfigDef.Type.PASSWORD,
                        "Where to push, for example rtmps://host/application/key. Hidden, because URLs carry keys.",
                        "URL")
                .optional(
                        TOKEN,
                        ConfigDef.Type.PASSWORD,
                        "",
                        SettingGroup.anything(),
                        "Bearer token for WHIP and HLS targets.",
                        "Token")
                .optional(
                        START,
                        ConfigDef.Type.STRING,
                        "live",
                        notBlank(),
                        "Where in the log to begin: live, how far behind live to stay (5m, 90s, 2h), or an instant"
                                + " (2026-11-25T10:00:00Z).",
                        "Start")
                .optional(
                        SDP_FILE,
                        ConfigDef.Type.STRING,
                        "",
                        SettingGroup.anything(),
                        "File to write the session description to that a receiver of plain RTP needs.",
                        "SDP file")
                .group("Media")
                .optional(
                        AUDIO,
                        ConfigDef.Type.STRING,
                        "auto",
                        ConfigDef.ValidString.in("auto", "aac", "copy", "none"),
                        "auto encodes to AAC where the target wants it; copy sends the publisher's audio as it is.",
                        "Audio")
                .optional(
                        AUDIO_SILENCE,
                        ConfigDef.Type.BOOLEAN,
                        true,
                        SettingGroup.anything(),
                        "Whether a stream without audio gets silence where the audio is AAC: some services insist.",
                        "Silence")
                .optional(
                        AUDIO_BITRATE,
                        ConfigDef.Type.INT,
                        128_000,
                        ConfigDef.Range.between(16_000, 512_000),
                        "Bits per second of encoded AAC.",
                        "AAC bitrate")
                .optional(
                        HLS_SEGMENT_MS,
                        ConfigDef.Type.LONG,
                        4_000L,
                        ConfigDef.Range.between(1_000, 30_000),
                        "Least duration of an HLS segment; it ends at the next keyframe.",
                        "HLS segment")
                .group("Delay")
                .optional(
                        LATENCY_MS,
                        ConfigDef.Type.LONG,
                        100L,
                        ConfigDef.Range.between(0, 10_000),
                        "How far sending lags behind arrival, so that bursts of the log leave evenly.",
                        "Latency")
                .optional(
                        MAX_DELAY_MS,
                        ConfigDef.Type.LONG,
                        5_000L,
                        ConfigDef.Range.between(500, 86_400_000),
                        "A target further behind than this, on top of start and latency, goes on at the newest keyframe.",
                        "Largest delay")
                .optional(
                        CATCH_UP,
                        ConfigDef.Type.BOOLEAN,
                        false,
                        SettingGroup.anything(),
                        "Whether a new connection goes on where the last one stopped, up to the largest delay, instead of at"
                                + " the newest keyframe.",
                        "Catch up")
                .optional(
                        BUFFER_BYTES,
                        ConfigDef.Type.LONG,
                        16 * MIB,
                        ConfigDef.Range.between(MIB, 1_024 * MIB),
                        "Above this much waiting media the task reads no more from the log.",
                        "Buffer")
                .group("Connection")
                .optional(
                        STALL_TIMEOUT_MS,
                        ConfigDef.Type.LONG,
                        10_000L,
                        ConfigDef.Range.between(1_000, 600_000),
                        "A receiver that takes nothing for so long is disconnected.",
                        "Stall timeout")
                .optional(
                        RETRY_MS,
                        ConfigDef.Type.LONG,
                        1_000L,
                        ConfigDef.Range.between(100, 600_000),
                        "Pause before the second attempt to connect; it doubles, with jitter.",
                        "Retry")
                .optional(
                        RETRY_MAX_MS,
                        ConfigDef.Type.LONG,
                        30_000L,
                        ConfigDef.Range.between(100, 3_600_000),
                        "Longest pause between attempts.",
                        "Longest retry")
                .optional(
                        ALLOW,
                        ConfigDef.Type.LIST,
                        List.of(),
                        SettingGroup.anything(),
                        "Networks, addresses and hosts off the public internet that may be reached, such as 10.1.0.0/16.",
                        "Allowed networks")
                .optional(
                        TLS_CA_FILE,
                        ConfigDef.Type.STRING,
                        "",
                        SettingGroup.anything(),
                        "PEM file of certificate authorities to trust instead of the JVM's.",
                        "TLS authorities")
                .optional(
                        FFMPEG,
                        ConfigDef.Type.STRING,
                        "ffmpeg",
                        notBlank(),
                        "The program FFmpeg, for AAC, SRT and UDP.",
                        "FFmpeg")
                .group("Topic of targets")
                .optional(
                        TOPIC_BOOTSTRAP,
                        ConfigDef.Type.STRING,
                        "",
                        SettingGroup.anything(),
                        "Brokers, host:port, of the topic that tells what the target does, for the gateway's status page."
                                + " Empty: nothing is told. Any other key below restream.topic.kafka. is a property of"
                                + " Kafka's clients.",
                        "Brokers")
                .optional(
                        TOPIC,
                        ConfigDef.Type.STRING,
                        Topics.RESTREAM,
                        notBlank(),
                        "The topic; created when it is missing, compacted, with one partition.",
                        "Topic")
                .optional(
                        TOPIC_REGISTRY,
                        ConfigDef.Type.STRING,
                        "",
                        SettingGroup.anything(),
                        "Schema registry (Confluent's REST interface) that gives the ids in front of the records. Empty:"
                                + " Avro single-object encoding.",
                        "Registry")
                .result;
    }

    private static ConfigDef.Validator notBlank() {
        return ConfigDef.LambdaValidator.with(
                (name, value) -> {
                    if (value == null || value.toString().isBlank()) {
                        throw new ConfigException(name + " must not be empty");
                    }
                },
                () -> "not empty");
    }

    /** Numbers the settings of each group. */
    private static final class Definition {
        private final ConfigDef result = new ConfigDef();
        private String group = "";
        private int order;

        Definition group(String name) {
            group = name;
            order = 0;
            return this;
        }

        Definition required(String name, ConfigDef.Type type, String documentation, String display) {
            ConfigDef.Validator validator = type == ConfigDef.Type.STRING ? notBlank() : SettingGroup.anything();
            result.define(
                    name,
                    type,
                    ConfigDef.NO_DEFAULT_VALUE,
                    validator,
                    Importance.HIGH,
                    documentation,
                    group,
                    ++order,
                    Width.LONG,
                    display);
            return this;
        }

        Definition optional(
                String name,
                ConfigDef.Type type,
                Object byDefault,
                ConfigDef.Validator validator,
                String documentation,
                String display) {
            result.define(
                    name,
                    type,
                    byDefault,
                    validator,
                    Importance.MEDIUM,
                    documentation,
                    group,
                    ++order,
                    Width.MEDIUM,
                    display);
            return this;
        }
    }

    /** Returns the name of the connector, which is that of the target. */
    public String name() {
        return originalsStrings().getOrDefault(NAME, "");
    }

    /** Returns the topic that tells what the target does. */
    public String topic() {
        return getString(TOPIC);
    }

    /** Returns the properties of Kafka's clients for that topic, empty when nothing is to be told. */
    public Map<String, Object> topicKafka() {
        return getString(TOPIC_BOOTSTRAP).isBlank() ? Map.of() : originalsWithPrefix(TOPIC_KAFKA);
    }

    /** Returns the schema registry of that topic. */
    public Optional<URI> topicRegistry() {
        return Optional.of(getString(TOPIC_REGISTRY))
                .filter(url -> !url.isBlank())
                .map(URI::create);
    }

    /** Returns the stream. */
    public String stream() {
        return getString(STREAM);
    }

    /** Returns the target; wrapped, so that it is not printed by accident. */
    public Password url() {
        return getPassword(URL);
    }

    /** Returns the bearer token, empty for none. */
    public Password token() {
        return getPassword(TOKEN);
    }

    /** Returns where to begin, as it was written. */
    public String start() {
        return getString(START);
    }

    /** Returns {@code auto}, {@code aac}, {@code copy} or {@code none}. */
    public String audio() {
        return getString(AUDIO);
    }

    /** Returns whether silence fills in for audio. */
    public boolean audioSilence() {
        return getBoolean(AUDIO_SILENCE);
    }

    /** Returns the bit rate of AAC in bits per second. */
    public int audioBitrateBps() {
        return getInt(AUDIO_BITRATE);
    }

    /** Returns the file of the session description, empty without one. */
    public Optional<Path> sdpFile() {
        return path(SDP_FILE);
    }

    /** Returns the file of the authorities, empty for the JVM's. */
    public Optional<Path> tlsCaFile() {
        return path(TLS_CA_FILE);
    }

    private Optional<Path> path(String name) {
        String value = getString(name);
        return value.isBlank() ? Optional.empty() : Optional.of(Path.of(value));
    }

    /** Returns the networks and hosts that are allowed although they are private. */
    public List<String> allow() {
        return getList(ALLOW);
    }

    /** Returns the program FFmpeg. */
    public String ffmpeg() {
        return getString(FFMPEG);
    }

    /** Returns how far sending lags behind arrival. */
    public Duration latency() {
        return Duration.ofMillis(getLong(LATENCY_MS));
    }

    /** Returns the delay above which media is skipped. */
    public Duration maxDelay() {
        return Duration.ofMillis(getLong(MAX_DELAY_MS));
    }

    /** Returns whether a new connection goes on where the last one stopped. */
    public boolean catchUp() {
        return getBoolean(CATCH_UP);
    }

    /** Returns above how many waiting bytes the log is not read. */
    public long bufferBytes() {
        return getLong(BUFFER_BYTES);
    }

    /** Returns how long a receiver may take nothing. */
    public Duration stallTimeout() {
        return Duration.ofMillis(getLong(STALL_TIMEOUT_MS));
    }

    /** Returns the first pause between attempts. */
    public Duration retry() {
        return Duration.ofMillis(getLong(RETRY_MS));
    }

    /** Returns the longest pause between attempts, which is not below the first. */
    public Duration longestRetry() {
        return Duration.ofMillis(Math.max(getLong(RETRY_MS), getLong(RETRY_MAX_MS)));
    }

    /** Returns the least duration of an HLS segment. */
    public Duration hlsSegment() {
        return Duration.ofMillis(getLong(HLS_SEGMENT_MS));
    }
}
