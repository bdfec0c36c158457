package dev.weir.connector.config;

import static dev.weir.connector.config.RestreamSinkConfig.ALLOW;
import static dev.weir.connector.config.RestreamSinkConfig.AUDIO;
import static dev.weir.connector.config.RestreamSinkConfig.AUDIO_BITRATE;
import static dev.weir.connector.config.RestreamSinkConfig.AUDIO_SILENCE;
import static dev.weir.connector.config.RestreamSinkConfig.BUFFER_BYTES;
import static dev.weir.connector.config.RestreamSinkConfig.CATCH_UP;
import static dev.weir.connector.config.RestreamSinkConfig.FFMPEG;
import static dev.weir.connector.config.RestreamSinkConfig.HLS_SEGMENT_MS;
import static dev.weir.connector.config.RestreamSinkConfig.LATENCY_MS;
import static dev.weir.connector.config.RestreamSinkConfig.MAX_DELAY_MS;
import static dev.weir.connector.config.RestreamSinkConfig.RETRY_MAX_MS;
import static dev.weir.connector.config.RestreamSinkConfig.RETRY_MS;
import static dev.weir.connector.config.RestreamSinkConfig.SDP_FILE;
import static dev.weir.connector.config.RestreamSinkConfig.STALL_TIMEOUT_MS;
import static dev.weir.connector.config.RestreamSinkConfig.START;
import static dev.weir.connector.config.RestreamSinkConfig.STREAM;
import static dev.weir.connector.config.RestreamSinkConfig.TLS_CA_FILE;
import static dev.weir.connector.config.RestreamSinkConfig.TOKEN;
import static dev.weir.connector.config.RestreamSinkConfig.TOPIC;
import static dev.weir.connector.config.RestreamSinkConfig.TOPIC_BOOTSTRAP;
import static dev.weir.connector.config.RestreamSinkConfig.TOPIC_REGISTRY;
import static dev.weir.connector.config.RestreamSinkConfig.URL;

import dev.weir.schemas.Topics;
import java.util.List;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Width;
import org.apache.kafka.common.config.ConfigException;

/** Defines the settings of the restream sink: numbers them in each group. */
final class RestreamDefinition {
    private static final long MIB = 1L << 20;

    private final ConfigDef result = new ConfigDef();
    private String group = "";
    private int order;

    private RestreamDefinition() {}

    /** Defines the settings, in order. */
    static ConfigDef define() {
        return new RestreamDefinition()
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

    private RestreamDefinition group(String name) {
        group = name;
        order = 0;
        return this;
    }

    private RestreamDefinition required(String name, ConfigDef.Type type, String documentation, String display) {
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

    private RestreamDefinition optional(
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
