package dev.weir.connector.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
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

    /** Session description for receivers. */
    public static final String SDP_FILE = "restream.sdp.file";

    /** Bound of the queue. */
    public static final String QUEUE_PACKETS = "restream.queue.packets";

    /** How far sending lags behind arrival. */
    public static final String LATENCY_MS = "restream.latency.ms";

    /** What is older is passed over. */
    public static final String MAX_AGE_MS = "restream.max.age.ms";

    private static final String GROUP = "Restream";
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
        ConfigDef.Validator notBlank = ConfigDef.LambdaValidator.with(
                (name, value) -> {
                    if (value == null || value.toString().isBlank()) {
                        throw new ConfigException(name + " must not be empty");
                    }
                },
                () -> "not empty");
        return new ConfigDef()
                .define(
                        STREAM,
                        ConfigDef.Type.STRING,
                        ConfigDef.NO_DEFAULT_VALUE,
                        notBlank,
                        Importance.HIGH,
                        "Id of the stream to push.",
                        GROUP,
                        1,
                        Width.MEDIUM,
                        "Stream")
                .define(
                        URL,
                        ConfigDef.Type.PASSWORD,
                        ConfigDef.NO_DEFAULT_VALUE,
                        Importance.HIGH,
                        "Where to push: rtp://host:port with an even port. Hidden, because URLs carry keys.",
                        GROUP,
                        2,
                        Width.LONG,
                        "URL")
                .define(
                        SDP_FILE,
                        ConfigDef.Type.STRING,
                        ConfigDef.NO_DEFAULT_VALUE,
                        notBlank,
                        Importance.HIGH,
                        "File to write the session description to that a receiver needs.",
                        GROUP,
                        3,
                        Width.LONG,
                        "SDP file")
                .define(
                        QUEUE_PACKETS,
                        ConfigDef.Type.INT,
                        4_096,
                        ConfigDef.Range.between(64, 1_000_000),
                        Importance.LOW,
                        "Packets that may wait to be sent; when full, video goes on at the next keyframe.",
                        GROUP,
                        4,
                        Width.SHORT,
                        "Queue")
                .define(
                        LATENCY_MS,
                        ConfigDef.Type.LONG,
                        200L,
                        ConfigDef.Range.between(0, 4_000),
                        Importance.LOW,
                        "How far sending lags behind arrival, so that bursts of the log leave evenly.",
                        GROUP,
                        5,
                        Width.SHORT,
                        "Latency")
                .define(
                        MAX_AGE_MS,
                        ConfigDef.Type.LONG,
                        5_000L,
                        ConfigDef.Range.between(4_001, 3_600_000),
                        Importance.LOW,
                        "Records older than this are passed over: a restream is live or nothing.",
                        GROUP,
                        6,
                        Width.SHORT,
                        "Maximum age");
    }

    /** Returns the stream. */
    public String stream() {
        return getString(STREAM);
    }

    /** Returns the target; wrapped, so that it is not printed by accident. */
    public Password url() {
        return getPassword(URL);
    }

    /** Returns the file of the session description. */
    public Path sdpFile() {
        return Path.of(getString(SDP_FILE));
    }

    /** Returns the bound of the queue in packets. */
    public int queuePackets() {
        return getInt(QUEUE_PACKETS);
    }

    /** Returns how far sending lags behind arrival. */
    public Duration latency() {
        return Duration.ofMillis(getLong(LATENCY_MS));
    }

    /** Returns the age above which records are passed over. */
    public Duration maxAge() {
        return Duration.ofMillis(getLong(MAX_AGE_MS));
    }
}
