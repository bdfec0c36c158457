package dev.weir.schemas;

import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SplittableRandom;

/** Makes records with the whole range of every component. */
final class RandomRecords {
    private static final String[] TEXTS = {"", "h", "video", "ümlaut", "中文", "🎥", "a".repeat(200)};

    private final SplittableRandom random;

    RandomRecords(long seed) {
        random = new SplittableRandom(seed);
    }

    <R extends Record> R next(Class<R> type) {
        return type.cast(record(type));
    }

    private Object record(Class<?> type) {
        RecordComponent[] components = type.getRecordComponents();
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        Object[] values = Arrays.stream(components)
                .map(component -> value(component.getGenericType()))
                .toArray();
        try {
            Constructor<?> constructor = type.getDeclaredConstructor(types);
            return constructor.newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    private Object value(Type type) {
        if (type instanceof ParameterizedType generic) {
            return container(generic);
        }
        if (type instanceof Class<?> named && named.isEnum()) {
            return named.getEnumConstants()[random.nextInt(named.getEnumConstants().length)];
        }
        if (type instanceof Class<?> named && named.isRecord()) {
            return record(named);
        }
        return switch (type.getTypeName()) {
            case "int", "java.lang.Integer" -> random.nextInt() >> random.nextInt(32);
            case "long", "java.lang.Long" -> random.nextLong() >> random.nextInt(64);
            case "boolean", "java.lang.Boolean" -> random.nextBoolean();
            case "java.lang.Float" -> (float) random.nextDouble();
            case "java.lang.String" -> TEXTS[random.nextInt(TEXTS.length)];
            case "java.util.OptionalInt" ->
                random.nextBoolean() ? OptionalInt.empty() : OptionalInt.of(random.nextInt());
            case "java.util.OptionalLong" ->
                random.nextBoolean() ? OptionalLong.empty() : OptionalLong.of(random.nextLong());
            default -> throw new AssertionError("no values for " + type);
        };
    }

    private Object container(ParameterizedType type) {
        Type[] arguments = type.getActualTypeArguments();
        Type content = arguments[arguments.length - 1];
        if (type.getRawType() == Optional.class) {
            return random.nextBoolean() ? Optional.empty() : Optional.of(value(content));
        }
        int size = random.nextInt(4);
        if (type.getRawType() == List.class) {
            List<Object> items = new ArrayList<>();
            for (int i = 0; i < size; i++) {
                items.add(value(content));
            }
            return items;
        }
        Map<String, Object> entries = new HashMap<>();
        for (int i = 0; i < size; i++) {
            entries.put("k" + i, value(content));
        }
        return entries;
    }
}
