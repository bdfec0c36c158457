package dev.weir.connector.config;

import dev.weir.connector.archive.KeyTemplate;
import dev.weir.schemas.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigException;

/** Settings of the archive sink. Parsed once per task; immutable. */
public final class ArchiveSinkConfig extends AbstractConfig {
    /** Where objects go: {@code file} or {@code s3}. */
    public static final String STORE = "archive.store";

    /** Folder of the file store. */
    public static final String DIRECTORY = "archive.directory";

    /** What every key starts with. */
    public static final String PREFIX = "archive.prefix";

    /** How objects are named below the prefix. */
    public static final String KEY_TEMPLATE = "archive.key.template";

    /** Container of the objects. */
    public static final String CONTAINER = "archive.container";

    /** Media time per object. */
    public static final String SEGMENT_DURATION_MS = "archive.segment.duration.ms";

    /** Size per object. */
    public static final String SEGMENT_MAX_BYTES = "archive.segment.max.bytes";

    /** Memory bound. */
    public static final String BUFFER_BYTES = "archive.buffer.bytes";

    /** Folder that takes over what the memory has no room for. */
    public static final String SPILL_DIRECTORY = "archive.spill.directory";

    /** When a stream without a sign of life is taken for ended. */
    public static final String SILENCE_MS = "archive.silence.ms";

    /** Whether damaged frames are kept. */
    public static final String KEEP_DAMAGED = "archive.keep.damaged";

    /** Where it is told what is archived. */
    public static final String TOPIC = "archive.topic.name";

    /** What Kafka's clients get that write the topic. */
    public static final String TOPIC_KAFKA = "archive.topic.kafka.";

    /** Brokers of the topic. */
    public static final String TOPIC_BOOTSTRAP = TOPIC_KAFKA + "bootstrap.servers";

    /** Schema registry of the topic. */
    public static final String TOPIC_REGISTRY = "archive.topic.registry.url";

    private static final String FILE = "file";
    private static final String S3 = "s3";
    private static final String OBJECTS_GROUP = "Objects";
    private static final String FILE_GROUP = "File store";
    private static final String TOPIC_GROUP = "Topic of archived objects";

    private static final ConfigDef DEFINITION = define();

    /**
     * Reads the settings.
     *
     * @throws ConfigException when a value is out of range or one is missing
     */
    public ArchiveSinkConfig(Map<String, String> properties) {
        super(DEFINITION, properties);
        problems(properties).stream().findFirst().ifPresent(problem -> {
            throw new ConfigException(problem.key() + ": " + problem.message());
        });
    }

    /** Returns the definition, from which Connect validates and documents. */
    public static ConfigDef definition() {
        return DEFINITION;
    }

    /**
     * One mistake that only several values together show.
     *
     * @param key the setting to mend
     * @param message how
     */
    public record Problem(String key, String message) {}

    /** Returns what is wrong with the values together; each alone is checked by {@link #definition}. */
    public static List<Problem> problems(Map<String, String> properties) {
        List<Problem> problems = new ArrayList<>();
        String store = properties.getOrDefault(STORE, FILE);
        if (store.equals(FILE) && properties.getOrDefault(DIRECTORY, "").isBlank()) {
            problems.add(new Problem(DIRECTORY, "must name a folder when " + STORE + " is " + FILE));
        }
        problems.addAll(S3Settings.problems(properties, store.equals(S3)));
        return problems;
    }

    private static ConfigDef define() {
        ConfigDef definition = new ConfigDef();
        new SettingGroup(definition, OBJECTS_GROUP)
                .choose(
                        STORE,
                        List.of(FILE, S3),
                        Importance.HIGH,
                        "Where objects go: a folder (file) or an S3 bucket (s3).")
                .add(
                        PREFIX,
                        ConfigDef.Type.STRING,
                        "",
                        ConfigDef.LambdaValidator.with(
                                ArchiveSinkConfig::checkPrefix, () -> "empty or path segments that end in /"),
                        Importance.MEDIUM,
                        "What every object key starts with, for example live/. Empty, or ending in a slash.")
                .add(
                        KEY_TEMPLATE,
                        ConfigDef.Type.STRING,
                        KeyTemplate.DEFAULT.toString(),
                        ConfigDef.LambdaValidator.with(
                                ArchiveSinkConfig::checkKeyTemplate,
                                () -> "text with {stream}, {epoch} and {time}, and possibly {offset}, {partition},"
                                        + " {date}, {year}, {month}, {day}, {hour}"),
                        Importance.LOW,
                        "How the objects with media are named below the prefix, without extension; see Names. Playlist"
                                + " and manifests are always in {stream}/{epoch}/.")
                .choose(
                        CONTAINER,
                        List.of("auto", "webm", "mkv", "avro"),
                        Importance.MEDIUM,
                        "Container: MP4 with an HLS playlist, but WebM for VP8 and Matroska for G.711 (auto); WebM where"
                                + " every codec fits it, otherwise as auto (webm); Matroska for everything (mkv); the records of the log as they are, in Avro container files (avro).")
                .add(
                        SEGMENT_DURATION_MS,
                        ConfigDef.Type.LONG,
                        60_000L,
                        ConfigDef.Range.between(1_000L, 86_400_000L),
                        Importance.HIGH,
                        "Media time after which an object is cut, at the next keyframe.")
                .add(
                        SEGMENT_MAX_BYTES,
                        ConfigDef.Type.LONG,
                        64L * 1024 * 1024,
                        ConfigDef.Range.between(1024L * 1024, 1024L * 1024 * 1024),
                        Importance.MEDIUM,
                        "Size after which an object is cut, at the next keyframe.")
                .add(
                        BUFFER_BYTES,
                        ConfigDef.Type.LONG,
                        128L * 1024 * 1024,
                        ConfigDef.Range.atLeast(4L * 1024 * 1024),
                        Importance.MEDIUM,
                        "Heap per task for objects that grow or are being written. Above it their bytes move into files"
                                + " in archive.spill.directory; while more than this waits to be written, reading"
                                + " pauses. At 2 Mbit/s and 60 s an object is 15 MB.")
                .add(
                        SPILL_DIRECTORY,
                        ConfigDef.Type.STRING,
                        "",
                        SettingGroup.anything(),
                        Importance.LOW,
                        "Folder on a disk for what goes beyond archive.buffer.bytes: room for one object of every stream."
                                + " Empty: the JVM's temporary folder. When it takes nothing, objects stay on the heap and"
                                + " the task reads one partition only until its objects are complete.")
                .add(
                        SILENCE_MS,
                        ConfigDef.Type.LONG,
                        600_000L,
                        ConfigDef.Range.atLeast(60_000L),
                        Importance.LOW,
                        "When a stream has no record for so long, by the time stamps of the other streams in its"
                                + " partition, its gateway is taken for dead and the stream for ended.")
                .add(
                        KEEP_DAMAGED,
                        ConfigDef.Type.BOOLEAN,
                        false,
                        SettingGroup.anything(),
                        Importance.LOW,
                        "Whether video frames with missing packets are kept. Otherwise frames are left out up to the"
                                + " next keyframe, and the manifest says so.");
        CompanionSettings.define(definition);
        new SettingGroup(definition, TOPIC_GROUP)
                .add(
                        TOPIC_BOOTSTRAP,
                        ConfigDef.Type.STRING,
                        "",
                        SettingGroup.anything(),
                        Importance.MEDIUM,
                        "Brokers, host:port, of the topic that tells of every durable object, and with it how far the archive"
                                + " is. Empty: nothing is told. Any other key below archive.topic.kafka. is a property of"
                                + " Kafka's clients, for example archive.topic.kafka.security.protocol.")
                .add(
                        TOPIC,
                        ConfigDef.Type.STRING,
                        Topics.ARCHIVE,
                        new ConfigDef.NonEmptyString(),
                        Importance.LOW,
                        "The topic; created when it is missing, with one partition and without an end of retention.")
                .add(
                        TOPIC_REGISTRY,
                        ConfigDef.Type.STRING,
                        "",
                        SettingGroup.url(),
                        Importance.LOW,
                        "Schema registry (Confluent's REST interface) that gives the ids in front of the records. Empty:"
                                + " Avro single-object encoding.");
        new SettingGroup(definition, FILE_GROUP, settings -> FILE.equals(settings.get(STORE)))
                .add(
                        DIRECTORY,
                        ConfigDef.Type.STRING,
                        "",
                        SettingGroup.anything(),
                        Importance.HIGH,
                        "Folder of the file store, on a file system with hard links. Created when missing.");
        S3Settings.define(definition, settings -> S3.equals(settings.get(STORE)));
        return definition;
    }

    private static void checkPrefix(String name, Object value) {
        String prefix = (String) value;
        boolean parts = true;
        for (String part : prefix.split("/", -1)) {
            parts &= !part.equals(".") && !part.equals("..");
        }
        if (!prefix.isEmpty() && (!prefix.endsWith("/") || prefix.startsWith("/") || prefix.contains("//") || !parts)) {
            throw new ConfigException(name, value, "must be empty or path segments that end in /, such as live/");
        }
    }

    private static void checkKeyTemplate(String name, Object value) {
        try {
            KeyTemplate.of((String) value);
        } catch (IllegalArgumentException e) {
            throw new ConfigException(name, value, e.getMessage());
        }
    }

    /** Returns whether objects go to S3 rather than to a folder. */
    public boolean isS3() {
        return getString(STORE).equals(S3);
    }

    /** Returns {@link #DIRECTORY}. */
    public String directory() {
        return getString(DIRECTORY);
    }

    /** Returns {@link #PREFIX}. */
    public String prefix() {
        return getString(PREFIX);
    }

    /** Returns {@link #KEY_TEMPLATE}. */
    public KeyTemplate keys() {
        return KeyTemplate.of(getString(KEY_TEMPLATE));
    }

    /** Returns {@link #CONTAINER}. */
    public String container() {
        return getString(CONTAINER);
    }

    /** Returns the settings of what is written beside the objects. */
    public CompanionSettings companions() {
        return new CompanionSettings(this);
    }

    /** Returns {@link #SEGMENT_DURATION_MS}. */
    public Duration segmentDuration() {
        return Duration.ofMillis(getLong(SEGMENT_DURATION_MS));
    }

    /** Returns {@link #SEGMENT_MAX_BYTES}. */
    public long segmentBytes() {
        return getLong(SEGMENT_MAX_BYTES);
    }

    /** Returns {@link #BUFFER_BYTES}. */
    public long bufferBytes() {
        return getLong(BUFFER_BYTES);
    }

    /** Returns {@link #SILENCE_MS}. */
    public Duration silence() {
        return Duration.ofMillis(getLong(SILENCE_MS));
    }

    /** Returns {@link #SPILL_DIRECTORY}. */
    public Path spillFolder() {
        String folder = getString(SPILL_DIRECTORY);
        return Path.of(folder.isEmpty() ? System.getProperty("java.io.tmpdir") : folder);
    }

    /** Returns {@link #KEEP_DAMAGED}. */
    public boolean keepDamaged() {
        return getBoolean(KEEP_DAMAGED);
    }

    /** Returns the settings of the topic that tells what is archived. */
    public TopicSettings topic() {
        return new TopicSettings(this, TOPIC, TOPIC_KAFKA, TOPIC_REGISTRY);
    }

    /** Returns the settings of the S3 store. */
    public S3Settings s3() {
        return new S3Settings(this);
    }
}
