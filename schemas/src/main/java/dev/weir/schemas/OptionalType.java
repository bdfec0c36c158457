package dev.weir.schemas;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;

/**
 * An Avro union of null and another type.
 *
 * @param <O> the Java optional
 * @param <T> what it may hold
 */
record OptionalType<O, T>(AvroType<T> present, Function<O, Optional<T>> unwrap, Function<Optional<T>, O> wrap)
        implements AvroType<O> {

    static AvroType<OptionalInt> ofInt() {
        return new OptionalType<>(
                PrimitiveTypes.INT,
                value -> value.isPresent() ? Optional.of(value.getAsInt()) : Optional.empty(),
                value -> value.map(OptionalInt::of).orElseGet(OptionalInt::empty));
    }

    static AvroType<OptionalLong> ofLong() {
        return new OptionalType<>(
                PrimitiveTypes.LONG,
                value -> value.isPresent() ? Optional.of(value.getAsLong()) : Optional.empty(),
                value -> value.map(OptionalLong::of).orElseGet(OptionalLong::empty));
    }

    static <T> AvroType<Optional<T>> of(AvroType<T> present) {
        return new OptionalType<>(present, Function.identity(), Function.identity());
    }

    @Override
    public void write(AvroWriter out, O value) {
        Optional<T> content = unwrap.apply(value);
        out.number(content.isPresent() ? 1 : 0);
        content.ifPresent(some -> present.write(out, some));
    }

    @Override
    public O read(AvroReader in) throws MalformedRecordException {
        int branch = in.intNumber();
        return switch (branch) {
            case 0 -> wrap.apply(Optional.empty());
            case 1 -> wrap.apply(Optional.of(present.read(in)));
            default -> throw new MalformedRecordException("no branch " + branch + " of an optional value");
        };
    }

    @Override
    public void canonicalForm(StringBuilder out, Set<String> named) {
        out.append("[\"null\",");
        present.canonicalForm(out, named);
        out.append(']');
    }
}
