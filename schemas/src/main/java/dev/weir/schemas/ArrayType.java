package dev.weir.schemas;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * An Avro array.
 *
 * @param <T> the items
 */
record ArrayType<T>(AvroType<T> items) implements AvroType<List<T>> {
    @Override
    public void write(AvroWriter out, List<T> value) {
        if (!value.isEmpty()) {
            out.number(value.size());
            for (T item : value) {
                items.write(out, item);
            }
        }
        out.number(0);
    }

    @Override
    public List<T> read(AvroReader in) throws MalformedRecordException {
        List<T> value = new ArrayList<>();
        for (int count = in.blockCount(); count != 0; count = in.blockCount()) {
            for (int i = 0; i < count; i++) {
                value.add(items.read(in));
            }
        }
        return value;
    }

    @Override
    public void canonicalForm(StringBuilder out, Set<String> named) {
        out.append("{\"type\":\"array\",\"items\":");
        items.canonicalForm(out, named);
        out.append('}');
    }
}
