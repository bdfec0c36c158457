package dev.weir.schemas;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * An Avro map; written in the order of its keys, so that equal values are equal bytes.
 *
 * @param <T> the values
 */
record MapType<T>(AvroType<T> values) implements AvroType<Map<String, T>> {
    @Override
    public void write(AvroWriter out, Map<String, T> value) {
        if (!value.isEmpty()) {
            out.number(value.size());
            for (Map.Entry<String, T> entry : new TreeMap<>(value).entrySet()) {
                out.text(entry.getKey());
                values.write(out, entry.getValue());
            }
        }
        out.number(0);
    }

    @Override
    public Map<String, T> read(AvroReader in) throws MalformedRecordException {
        Map<String, T> value = new TreeMap<>();
        for (int count = in.blockCount(); count != 0; count = in.blockCount()) {
            for (int i = 0; i < count; i++) {
                value.put(in.text(), values.read(in));
            }
        }
        return value;
    }

    @Override
    public void canonicalForm(StringBuilder out, Set<String> named) {
        out.append("{\"type\":\"map\",\"values\":");
        values.canonicalForm(out, named);
        out.append('}');
    }
}
