package dev.weir.connector;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Function;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.jspecify.annotations.Nullable;

/** Maps what may be absent: null in Connect. */
final class OptionalMapping extends StructMapping {
    private final StructMapping content;
    private final Schema schema;
    private final Function<Object, Optional<?>> open;
    private final Function<Optional<?>, Object> wrap;

    private OptionalMapping(
            StructMapping content, Function<Object, Optional<?>> open, Function<Optional<?>, Object> wrap) {
        this.content = content;
        this.schema = optional(content.schema());
        this.open = open;
        this.wrap = wrap;
    }

    /** Maps {@link Optional}. */
    static OptionalMapping ofOptional(StructMapping content) {
        return new OptionalMapping(content, value -> (Optional<?>) value, value -> value);
    }

    /** Maps {@link OptionalInt}. */
    static OptionalMapping ofInt(StructMapping content) {
        return new OptionalMapping(
                content,
                value -> ((OptionalInt) value).stream().boxed().findFirst(),
                value -> value.map(number -> OptionalInt.of((Integer) number)).orElse(OptionalInt.empty()));
    }

    /** Maps {@link OptionalLong}. */
    static OptionalMapping ofLong(StructMapping content) {
        return new OptionalMapping(
                content,
                value -> ((OptionalLong) value).stream().boxed().findFirst(),
                value -> value.map(number -> OptionalLong.of((Long) number)).orElse(OptionalLong.empty()));
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

    @Override
    Schema schema() {
        return schema;
    }

    @Override
    @Nullable
    Object toConnect(Object value) {
        Optional<?> optional = open.apply(value);
        return optional.isPresent() ? content.toConnect(optional.get()) : null;
    }

    @Override
    Object fromConnect(@Nullable Object value) {
        return wrap.apply(value == null ? Optional.empty() : Optional.of(content.fromConnect(value)));
    }
}
