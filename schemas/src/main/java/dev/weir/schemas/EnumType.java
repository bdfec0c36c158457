package dev.weir.schemas;

import java.util.List;
import java.util.Set;

/**
 * An Avro enum whose symbols are the constants of a Java one, in their order.
 *
 * @param <E> the Java enum
 */
final class EnumType<E extends Enum<E>> implements AvroType<E> {
    private final String fullName;
    private final List<E> symbols;

    EnumType(Class<E> type) {
        fullName = type.getName();
        symbols = List.of(type.getEnumConstants());
    }

    @Override
    public void write(AvroWriter out, E value) {
        out.number(symbols.indexOf(value));
    }

    @Override
    public E read(AvroReader in) throws MalformedRecordException {
        int number = in.intNumber();
        if (number < 0 || number >= symbols.size()) {
            throw new MalformedRecordException("no symbol " + number + " of " + fullName);
        }
        return symbols.get(number);
    }

    @Override
    public void canonicalForm(StringBuilder out, Set<String> named) {
        if (!named.add(fullName)) {
            out.append('"').append(fullName).append('"');
            return;
        }
        out.append("{\"name\":\"").append(fullName).append("\",\"type\":\"enum\",\"symbols\":[");
        for (int i = 0; i < symbols.size(); i++) {
            out.append(i == 0 ? "\"" : ",\"").append(symbols.get(i).name()).append('"');
        }
        out.append("]}");
    }
}
