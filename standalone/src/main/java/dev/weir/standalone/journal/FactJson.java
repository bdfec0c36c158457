package dev.weir.standalone.journal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Writes a record of a metadata topic as JSON: its fields under their names in the schema, absent ones as null. One thread. */
public final class FactJson {
    private final ObjectMapper mapper = new ObjectMapper();

    /** Returns one line. */
    public String format(Record fact) {
        try {
            return mapper.writeValueAsString(plain(fact));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("maps of plain values are always JSON", e);
        }
    }

    private static @Nullable Object plain(Object value) {
        if (value instanceof Record fact) {
            return fields(fact);
        } else if (value instanceof Optional<?> optional) {
            return optional.isPresent() ? plain(optional.get()) : null;
        } else if (value instanceof OptionalInt optional) {
            return optional.isPresent() ? optional.getAsInt() : null;
        } else if (value instanceof OptionalLong optional) {
            return optional.isPresent() ? optional.getAsLong() : null;
        } else if (value instanceof List<?> list) {
            return list.stream().map(FactJson::plain).toList();
        }
        return value instanceof Enum<?> symbol ? symbol.name() : value;
    }

    private static Map<String, @Nullable Object> fields(Record fact) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        for (RecordComponent component : fact.getClass().getRecordComponents()) {
            try {
                fields.put(component.getName(), plain(component.getAccessor().invoke(fact)));
            } catch (IllegalAccessException | InvocationTargetException e) {
                throw new IllegalStateException("component " + component.getName() + " cannot be read", e);
            }
        }
        return fields;
    }
}
