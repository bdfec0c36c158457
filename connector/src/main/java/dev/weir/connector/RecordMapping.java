package dev.weir.connector;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/** Maps a record type: a struct with a field for each component. */
final class RecordMapping extends StructMapping {
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
