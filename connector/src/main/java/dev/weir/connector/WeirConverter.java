package dev.weir.connector;

import dev.weir.schemas.MalformedRecordException;
import dev.weir.schemas.RecordDecoder;
import dev.weir.schemas.RecordPrefix;
import dev.weir.schemas.SchemaRegistry;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.storage.Converter;
import org.jspecify.annotations.Nullable;

/**
 * Converts the values of Weir's topics for any connector: Avro in single-object encoding or in that of a schema registry,
 * to structs, or to bytes in single-object encoding for our own sinks, which is cheaper. One thread.
 */
public final class WeirConverter implements Converter {
    private static final String REGISTRY_URL = "registry.url";
    private static final String OUTPUT = "output";
    private static final String STRUCT = "struct";
    private static final String BYTES = "bytes";
    private static final ConfigDef SETTINGS = new ConfigDef()
            .define(
                    REGISTRY_URL,
                    ConfigDef.Type.STRING,
                    "",
                    ConfigDef.Importance.MEDIUM,
                    "Address of the schema registry (Confluent's REST interface) whose ids stand in front of the records."
                            + " Empty: records in Avro single-object encoding only.")
            .define(
                    OUTPUT,
                    ConfigDef.Type.STRING,
                    STRUCT,
                    ConfigDef.ValidString.in(STRUCT, BYTES),
                    ConfigDef.Importance.LOW,
                    "What connectors get: struct, for any of them, or bytes in single-object encoding, which is enough for"
                            + " those of Weir.");

    private final List<LogRecordKind> kinds = LogRecordKind.all();
    private final Map<String, RecordPrefix> registered = new HashMap<>();
    private Optional<SchemaRegistry> registry = Optional.empty();
    private RecordDecoder decoder = new RecordDecoder();
    private boolean bytes;

    @Override
    public ConfigDef config() {
        return SETTINGS;
    }

    @Override
    public void configure(Map<String, ?> configs, boolean isKey) {
        if (isKey) {
            throw new ConfigException("WeirConverter is for values; keys are text: use StringConverter");
        }
        AbstractConfig config = new AbstractConfig(SETTINGS, configs, false);
        String url = config.getString(REGISTRY_URL);
        try {
            registry = url.isEmpty() ? Optional.empty() : Optional.of(new SchemaRegistry(URI.create(url)));
            decoder = registry.map(RecordDecoder::new).orElseGet(RecordDecoder::new);
        } catch (IllegalArgumentException e) {
            throw new ConfigException(REGISTRY_URL, url, "not an address");
        }
        bytes = config.getString(OUTPUT).equals(BYTES);
    }

    @Override
    public SchemaAndValue toConnectData(String topic, byte @Nullable [] value) {
        if (value == null) {
            return SchemaAndValue.NULL;
        }
        try {
            RecordPrefix prefix = RecordPrefix.of(ByteBuffer.wrap(value));
            if (prefix.registered() && registry.isEmpty()) {
                throw new MalformedRecordException("written with a schema registry: set " + REGISTRY_URL);
            }
            long written = decoder.fingerprint(prefix);
            LogRecordKind kind = kindOf(prefix, written);
            Record decoded = kind.decode(value, prefix, written);
            if (bytes) {
                RecordPrefix plain = RecordPrefix.singleObject(kind.fingerprint());
                return new SchemaAndValue(
                        Schema.BYTES_SCHEMA, prefix.registered() ? kind.encode(decoded, plain) : value);
            }
            return new SchemaAndValue(kind.mapping().schema(), kind.mapping().toConnect(decoded));
        } catch (MalformedRecordException e) {
            throw new DataException("record of topic " + topic + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw new RetriableException("the schema registry cannot be asked: " + e.getMessage(), e);
        }
    }

    private LogRecordKind kindOf(RecordPrefix prefix, long written) throws MalformedRecordException {
        for (LogRecordKind kind : kinds) {
            if (kind.reads(written)) {
                return kind;
            }
        }
        throw new MalformedRecordException("written with a schema that this version does not know: " + prefix);
    }

    /** Returns what to write in front of a kind of record: its id in the registry, or single-object encoding without one. */
    private RecordPrefix prefixOf(String topic, LogRecordKind kind) {
        if (registry.isEmpty()) {
            return RecordPrefix.singleObject(kind.fingerprint());
        }
        String subject = SchemaRegistry.subjectOf(topic);
        RecordPrefix known = registered.get(subject + kind.name());
        if (known != null) {
            return known;
        }
        try {
            RecordPrefix given = RecordPrefix.registered(registry.get().register(subject, kind.schema()));
            registered.put(subject + kind.name(), given);
            return given;
        } catch (IOException e) {
            throw new RetriableException("the schema registry cannot be asked: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RetriableException("interrupted", e);
        }
    }

    @Override
    public byte @Nullable [] fromConnectData(String topic, @Nullable Schema schema, @Nullable Object value) {
        if (value == null) {
            return null;
        }
        if (value instanceof byte[] encoded) {
            return encoded;
        }
        for (LogRecordKind kind : kinds) {
            if (schema != null && kind.name().equals(schema.name())) {
                Record decoded = (Record) kind.mapping().fromConnect(value);
                return kind.encode(decoded, prefixOf(topic, kind));
            }
        }
        throw new DataException("not a record of Weir: " + (schema == null ? "no schema" : schema.name()));
    }
}
