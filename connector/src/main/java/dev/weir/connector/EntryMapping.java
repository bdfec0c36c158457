package dev.weir.connector;

import dev.weir.schemas.LogEntry;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/** Maps the union of the entries of the media log: a struct with an optional field per type. */
final class EntryMapping extends StructMapping {
    private final Map<Class<?>, RecordMapping> types = new LinkedHashMap<>();
    private final Schema schema;

    EntryMapping() {
        SchemaBuilder builder = SchemaBuilder.struct().name(LogEntry.class.getName());
        for (Class<?> type : LogEntry.class.getPermittedSubclasses()) {
            RecordMapping mapping = new RecordMapping(type);
            types.put(type, mapping);
            SchemaBuilder optional = SchemaBuilder.struct().name(type.getName()).optional();
            mapping.schema().fields().forEach(field -> optional.field(field.name(), field.schema()));
            builder.field(fieldOf(type), optional.build());
        }
        schema = builder.build();
    }

    private static String fieldOf(Class<?> type) {
        String name = type.getSimpleName();
        return name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
    }

    @Override
    Schema schema() {
        return schema;
    }

    @Override
    Object toConnect(Object value) {
        RecordMapping mapping = types.get(value.getClass());
        if (mapping == null) {
            throw new IllegalArgumentException("no entry: " + value.getClass());
        }
        String field = fieldOf(value.getClass());
        Struct plain = (Struct) mapping.toConnect(value);
        Struct optional = new Struct(schema.field(field).schema());
        plain.schema().fields().forEach(each -> optional.put(each.name(), plain.get(each)));
        return new Struct(schema).put(field, optional);
    }

    @Override
    Object fromConnect(@Nullable Object value) {
        if (value instanceof Struct struct) {
            for (Map.Entry<Class<?>, RecordMapping> type : types.entrySet()) {
                Object found = struct.get(fieldOf(type.getKey()));
                if (found != null) {
                    return type.getValue().fromConnect(found);
                }
            }
        }
        throw new DataException("an entry of the log without a type");
    }
}
