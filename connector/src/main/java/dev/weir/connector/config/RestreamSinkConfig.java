package dev.weir.connector.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
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

    static final String AUDIO_SILENCE = "restream.audio.silence";
    static final String AUDIO_BITRATE = "restream.audio.bitrate";
    static final String LATENCY_MS = "restream.latency.ms";
    static final String MAX_DELAY_MS = "restream.delay.max.ms";
    static final String CATCH_UP = "restream.catch.up";
    static final String BUFFER_BYTES = "restream.buffer.bytes";
    static final String STALL_TIMEOUT_MS = "restream.stall.timeout.ms";
    static final String RETRY_MS = "restream.retry.ms";
    static final String RETRY_MAX_MS = "restream.retry.max.ms";
    static final String HLS_SEGMENT_MS = "restream.hls.segment.ms";

    private static final ConfigDef DEFINITION = RestreamDefinition.define();

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

    /** Returns the name of the connector, which is that of the target. */
    public String name() {
        return originalsStrings().getOrDefault(NAME, "");
    }

    /** Returns the settings of the topic that tells what the target does. */
    public TopicSettings topic() {
        return new TopicSettings(this, TOPIC, TOPIC_KAFKA, TOPIC_REGISTRY);
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
