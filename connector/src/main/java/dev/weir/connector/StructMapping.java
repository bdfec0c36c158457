package dev.weir.connector;

import dev.weir.schemas.LogEntry;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
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
                return new OptionalMapping(content);
            }
        } else if (type == OptionalInt.class) {
            return new OptionalIntMapping();
        } else if (type == OptionalLong.class) {
            return new OptionalLongMapping();
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

    private static Schema optional(Schema schema) {
        return schema == Schema.INT32_SCHEMA
                ? Schema.OPTIONAL_INT32_SCHEMA
                : schema == Schema.INT64_SCHEMA
                        ? Schema.OPTIONAL_INT64_SCHEMA
                        : new SchemaBuilder(schema.type())
                                .name(schema.name())
                                .optional()
                                .build();
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

    private static final class OptionalMapping extends StructMapping {
        private final StructMapping content;

        OptionalMapping(StructMapping content) {
            this.content = content;
        }

        @Override
        Schema schema() {
            return optional(content.schema());
        }

        @Override
        @Nullable
        Object toConnect(Object value) {
            Optional<?> optional = (Optional<?>) value;
            return optional.isPresent() ? content.toConnect(optional.get()) : null;
        }

        @Override
        Object fromConnect(@Nullable Object value) {
            return value == null ? Optional.empty() : Optional.of(content.fromConnect(value));
        }
    }

    private static final class OptionalIntMapping extends StructMapping {
        @Override
        Schema schema() {
            return Schema.OPTIONAL_INT32_SCHEMA;
        }

        @Override
        @Nullable
        Object toConnect(Object value) {
            OptionalInt optional = (OptionalInt) value;
            return optional.isPresent() ? (Integer) optional.getAsInt() : null;
        }

        @Override
        Object fromConnect(@Nullable Object value) {
            return value instanceof Integer number ? OptionalInt.of(number) : OptionalInt.empty();
        }
    }

    private static final class OptionalLongMapping extends StructMapping {
        @Override
        Schema schema() {
            return Schema.OPTIONAL_INT64_SCHEMA;
        }

        @Override
        @Nullable
        Object toConnect(Object value) {
            OptionalLong optional = (OptionalLong) value;
            return optional.isPresent() ? (Long) optional.getAsLong() : null;
        }

        @Override
        Object fromConnect(@Nullable Object value) {
            return value instanceof Long number ? OptionalLong.of(number) : OptionalLong.empty();
        }
    }

    private static final class RecordMapping extends StructMapping {
        private final Map<String, Method> accessors = new LinkedHashMap<>();
        private final List<StructMapping> mappings = new ArrayList<>();
        private final Constructor<?> constructor;
        private final Schema schema;

        RecordMapping(Class<?> type) {
            RecordComponent[] components = type.getRecordComponents();
            SchemaBuilder builder = SchemaBuilder.struct().name(type.getName());
            for (RecordComponent component : components) {
                StructMapping mapping = of(component.getGenericType());
                accessors.put(component.getName(), component.getAccessor());
                mappings.add(mapping);
                builder.field(component.getName(), mapping.schema());
            }
            schema = builder.build();
            try {
                constructor = type.getDeclaredConstructor(
                        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
            } catch (NoSuchMethodException e) {
                throw new IllegalStateException("record without a canonical constructor: " + type, e);
            }
        }

        @Override
        Schema schema() {
            return schema;
        }

        @Override
        Object toConnect(Object value) {
            Struct out = new Struct(schema);
            int index = 0;
            for (Map.Entry<String, Method> accessor : accessors.entrySet()) {
                try {
                    out.put(
                            accessor.getKey(),
                            mappings.get(index++).toConnect(accessor.getValue().invoke(value)));
                } catch (IllegalAccessException | InvocationTargetException e) {
                    throw new IllegalStateException("component cannot be read: " + accessor.getKey(), e);
                }
            }
            return out;
        }

        @Override
        Object fromConnect(@Nullable Object value) {
            if (!(value instanceof Struct struct)) {
                throw new DataException("no struct where " + schema.name() + " is needed");
            }
            Object[] values = new Object[mappings.size()];
            int index = 0;
            for (String name : accessors.keySet()) {
                values[index] = mappings.get(index).fromConnect(struct.get(name));
                index++;
            }
            try {
                return constructor.newInstance(values);
            } catch (InvocationTargetException | IllegalArgumentException e) {
                throw new DataException("not a " + schema.name() + ": " + e.getMessage(), e);
            } catch (InstantiationException | IllegalAccessException e) {
                throw new IllegalStateException("record cannot be made: " + schema.name(), e);
            }
        }
    }

    /** The union of the entries: a struct with an optional field per type. */
    private static final class EntryMapping extends StructMapping {
        private final Map<Class<?>, RecordMapping> types = new LinkedHashMap<>();
        private final Schema schema;

        EntryMapping() {
            SchemaBuilder builder = SchemaBuilder.struct().name(LogEntry.class.getName());
            for (Class<?> type : LogEntry.class.getPermittedSubclasses()) {
                RecordMapping mapping = new RecordMapping(type);
                types.put(type, mapping);
                SchemaBuilder optional =
                        SchemaBuilder.struct().name(type.getName()).optional();
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
}
