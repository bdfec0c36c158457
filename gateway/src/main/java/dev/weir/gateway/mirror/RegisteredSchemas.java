package dev.weir.gateway.mirror;

import dev.weir.schemas.MetadataCodec;
import dev.weir.schemas.RecordPrefix;
import dev.weir.schemas.RelayBatchCodec;
import dev.weir.schemas.SchemaRegistry;
import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Knows what to write in front of the records: by default Avro single-object encoding, with a registry the ids that it
 * gives. What it gave once is kept, so a registry that is away later harms nothing. Blocks; the connecting thread.
 */
final class RegisteredSchemas {
    private final Optional<SchemaRegistry> registry;
    private final Map<String, RecordPrefix> known = new HashMap<>();

    RegisteredSchemas(Optional<URI> address) {
        registry = address.map(SchemaRegistry::new);
    }

    RecordPrefix media(String topic) throws IOException, InterruptedException {
        return prefix(topic, RelayBatchCodec.schema(), RelayBatchCodec.FINGERPRINT);
    }

    RecordPrefix of(MetadataTopic topic) throws IOException, InterruptedException {
        MetadataCodec<?> codec = topic.codec();
        return prefix(topic.topicName(), codec.schema(), codec.fingerprint());
    }

    private RecordPrefix prefix(String topic, String schema, long fingerprint)
            throws IOException, InterruptedException {
        if (registry.isEmpty()) {
            return RecordPrefix.singleObject(fingerprint);
        }
        RecordPrefix before = known.get(topic);
        if (before != null) {
            return before;
        }
        try {
            int id = registry.get().register(SchemaRegistry.subjectOf(topic), schema);
            RecordPrefix given = RecordPrefix.registered(id);
            known.put(topic, given);
            return given;
        } catch (IOException e) {
            throw new IOException("mirror.registry does not take the schema of " + topic + ": " + e, e);
        }
    }
}
