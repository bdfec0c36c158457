package dev.weir.schemas;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * An Avro record whose fields are the components of a Java one, in their order and under their names.
 *
 * @param <R> the Java record
 */
final class RecordType<R extends Record> implements AvroType<R> {
    private static final Map<Class<?>, AvroType<?>> SIMPLE = Map.of(
            int.class, PrimitiveTypes.INT,
            Integer.class, PrimitiveTypes.INT,
            long.class, PrimitiveTypes.LONG,
            Long.class, PrimitiveTypes.LONG,
            Float.class, PrimitiveTypes.FLOAT,
            boolean.class, PrimitiveTypes.BOOLEAN,
            Boolean.class, PrimitiveTypes.BOOLEAN,
            String.class, PrimitiveTypes.STRING,
            OptionalInt.class, OptionalType.ofInt(),
            OptionalLong.class, OptionalType.ofLong());

    private final String fullName;
    private final List<Field<?>> fields;
    private final Constructor<R> constructor;

    private record Field<T>(String name, Method accessor, AvroType<T> type) {
        @SuppressWarnings("unchecked") // the accessor returns what the type was made of
        void write(AvroWriter out, Record from) {
            try {
                type.write(out, (T) accessor.invoke(from));
            } catch (IllegalAccessException | InvocationTargetException e) {
                throw new IllegalStateException("component " + name + " cannot be read", e);
            }
        }
    }

    RecordType(Class<R> type) {
        fullName = type.getName();
        RecordComponent[] components = type.getRecordComponents();
        fields = Arrays.stream(components)
                .<Field<?>>map(component ->
                        new Field<>(component.getName(), component.getAccessor(), of(component.getGenericType())))
                .toList();
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            constructor = type.getDeclaredConstructor(types);
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException("record without a canonical constructor: " + fullName, e);
        }
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // a class that is an enum or a record is a Class of one
    private static AvroType<?> of(Type type) {
        AvroType<?> simple = type instanceof Class<?> ? SIMPLE.get(type) : null;
        if (simple != null) {
            return simple;
        }
        if (type instanceof ParameterizedType generic) {
            Type[] arguments = generic.getActualTypeArguments();
            AvroType<?> content = of(arguments[arguments.length - 1]);
            if (generic.getRawType() == List.class) {
                return new ArrayType<>(content);
            }
            if (generic.getRawType() == Map.class && arguments[0] == String.class) {
                return new MapType<>(content);
            }
            if (generic.getRawType() == Optional.class) {
                return OptionalType.of(content);
            }
        } else if (type instanceof Class<?> named && named.isEnum()) {
            return new EnumType(named);
        } else if (type instanceof Class<?> named && named.isRecord()) {
            return new RecordType(named);
        }
        throw new IllegalArgumentException("no Avro type for " + type);
    }

    int size() {
        return fields.size();
    }

    @Override
    public void write(AvroWriter out, R value) {
        for (int i = 0; i < fields.size(); i++) {
            fields.get(i).write(out, value);
        }
    }

    @Override
    public R read(AvroReader in) throws MalformedRecordException {
        return read(in, List.of());
    }

    /** Reads what was written when the schema lacked its last fields; {@code absent} are their values. */
    R read(AvroReader in, List<?> absent) throws MalformedRecordException {
        Object[] values = new Object[fields.size()];
        int written = values.length - absent.size();
        for (int i = 0; i < values.length; i++) {
            values[i] = i < written ? fields.get(i).type().read(in) : absent.get(i - written);
        }
        try {
            return constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            throw new MalformedRecordException("value out of range: " + e.getCause(), e);
        } catch (InstantiationException | IllegalAccessException e) {
            throw new IllegalStateException("record cannot be made: " + fullName, e);
        }
    }

    @Override
    public void canonicalForm(StringBuilder out, Set<String> named) {
        canonicalForm(out, named, fields.size());
    }

    /** Writes the canonical form of the schema when it had the first {@code count} fields. */
    void canonicalForm(StringBuilder out, Set<String> named, int count) {
        if (!named.add(fullName)) {
            out.append('"').append(fullName).append('"');
            return;
        }
        out.append("{\"name\":\"").append(fullName).append("\",\"type\":\"record\",\"fields\":[");
        for (int i = 0; i < count; i++) {
            out.append(i == 0 ? "{\"name\":\"" : ",{\"name\":\"")
                    .append(fields.get(i).name())
                    .append("\",\"type\":");
            fields.get(i).type().canonicalForm(out, named);
            out.append('}');
        }
        out.append("]}");
    }
}
