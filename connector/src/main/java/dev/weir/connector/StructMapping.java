package dev.weir.connector;

import dev.weir.schemas.LogEntry;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/**
 * Maps the record types of the log to Connect's structs and back: components become fields of the same name, optional ones
 * optional fields, enums their names, and an entry of the media log a struct of which one field is set. Immutable.
 */
abstract class StructMapping {
    private static final Map<Class<?>, Schema> SIMPLE = Map.of(
            int.class, Schema.INT32_SCHEMA,
            Integer.class, Schema.INT32_SCHEMA,
            long.class, Schema.INT64_SCHEMA,
            Long.class, Schema.INT64_SCHEMA,
            Float.class, Schema.FLOAT32_SCHEMA,
            boolean.class, Schema.BOOLEAN_SCHEMA,
            Boolean.class, Schema.BOOLEAN_SCHEMA,
            String.class, Schema.STRING_SCHEMA,
            ByteBuffer.class, Schema.BYTES_SCHEMA);

    /** Returns the schema of the values in Connect. */
    abstract Schema schema();

    abstract @Nullable Object toConnect(Object value);

    /**
     * Turns a value of Connect into one of ours.
     *
     * @throws DataException when it is none of this schema
     */
    abstract Object fromConnect(@Nullable Object value);

    /** Returns the mapping of a Java type. */
    static StructMapping of(Type type) {
        if (type instanceof ParameterizedType generic) {
            Type[] arguments = generic.getActualTypeArguments();
            StructMapping content = of(arguments[arguments.length - 1]);
            if (generic.getRawType() == List.class) {
                return new ListMapping(content);
            }
            if (generic.getRawType() == Map.class) {
                return new MapMapping(content);
            }
            if (generic.getRawType() == Optional.class) {
                return OptionalMapping.ofOptional(content);
            }
        } else if (type == OptionalInt.class) {
            return OptionalMapping.ofInt(of(int.class));
        } else if (type == OptionalLong.class) {
            return OptionalMapping.ofLong(of(long.class));
        } else if (type == LogEntry.class) {
            return new EntryMapping();
        } else if (type instanceof Class<?> named) {
            Schema simple = SIMPLE.get(named);
            return simple != null
                    ? new SimpleMapping(simple)
                    : named.isEnum() ? new EnumMapping(named) : new RecordMapping(named);
        }
        throw new IllegalArgumentException("no mapping for " + type);
    }

    private static Object present(@Nullable Object value, Schema schema) {
        if (value == null) {
            throw new DataException("null where " + schema.type() + " is needed");
        }
        return value;
    }

    private static final class SimpleMapping extends StructMapping {
        private final Schema schema;

        SimpleMapping(Schema schema) {
            this.schema = schema;
        }

        @Override
        Schema schema() {
            return schema;
        }

        @Override
        Object toConnect(Object value) {
            return value;
        }

        @Override
        Object fromConnect(@Nullable Object value) {
            Object found = present(value, schema);
            return schema.type() == Schema.Type.BYTES && found instanceof byte[] bytes ? ByteBuffer.wrap(bytes) : found;
        }
    }

    private static final class EnumMapping extends StructMapping {
        private final List<Object> constants;

        EnumMapping(Class<?> type) {
            constants = List.of(type.getEnumConstants());
        }

        @Override
        Schema schema() {
            return Schema.STRING_SCHEMA;
        }

        @Override
        Object toConnect(Object value) {
            return value.toString();
        }

        @Override
        Object fromConnect(@Nullable Object value) {
            return constants.stream()
                    .filter(constant -> constant.toString().equals(value))
                    .findFirst()
                    .orElseThrow(() -> new DataException("no symbol " + value + " in " + constants));
        }
    }

    private static final class ListMapping extends StructMapping {
        private final StructMapping items;

        ListMapping(StructMapping items) {
            this.items = items;
        }

        @Override
        Schema schema() {
            return SchemaBuilder.array(items.schema()).build();
        }

        @Override
        Object toConnect(Object value) {
            List<@Nullable Object> out = new ArrayList<>();
            ((List<?>) value).forEach(item -> out.add(items.toConnect(item)));
            return out;
        }

        @Override
        Object fromConnect(@Nullable Object value) {
            List<Object> out = new ArrayList<>();
            ((List<?>) present(value, schema())).forEach(item -> out.add(items.fromConnect(item)));
            return out;
        }
    }

    private static final class MapMapping extends StructMapping {
        private final StructMapping values;

        MapMapping(StructMapping values) {
            this.values = values;
        }

        @Override
        Schema schema() {
            return SchemaBuilder.map(Schema.STRING_SCHEMA, values.schema()).build();
        }

        @Override
        Object toConnect(Object value) {
            Map<Object, @Nullable Object> out = new LinkedHashMap<>();
            ((Map<?, ?>) value).forEach((key, content) -> out.put(key, values.toConnect(content)));
            return out;
        }

        @Override
        Object fromConnect(@Nullable Object value) {
            Map<Object, Object> out = new LinkedHashMap<>();
            ((Map<?, ?>) present(value, schema())).forEach((key, content) -> out.put(key, values.fromConnect(content)));
            return out;
        }
    }
}
