package dev.weir.connector.restream.rtmp;

import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** AMF0: numbers, booleans, strings, objects and arrays, as RTMP's commands need them. */
final class Amf0 {
    private static final int NUMBER = 0;
    private static final int BOOLEAN = 1;
    private static final int STRING = 2;
    private static final int OBJECT = 3;
    private static final int NULL = 5;
    private static final int UNDEFINED = 6;
    private static final int ECMA_ARRAY = 8;
    private static final int OBJECT_END = 9;
    private static final int STRICT_ARRAY = 10;
    private static final int MAX_DEPTH = 8;

    /** Stands for null. */
    static final Object NOTHING = new Object();

    private Amf0() {}

    /** Encodes {@link Number}s, {@link Boolean}s, {@link String}s, {@link Map}s, {@link List}s and {@link #NOTHING}. */
    static ByteBuffer encode(Object... values) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (Object value : values) {
            put(out, value);
        }
        return ByteBuffer.wrap(out.toByteArray());
    }

    private static void put(ByteArrayOutputStream out, Object value) {
        if (value instanceof Number number) {
            out.write(NUMBER);
            out.writeBytes(ByteBuffer.allocate(Double.BYTES)
                    .putDouble(number.doubleValue())
                    .array());
        } else if (value instanceof Boolean flag) {
            out.write(BOOLEAN);
            out.write(flag ? 1 : 0);
        } else if (value instanceof String text) {
            out.write(STRING);
            name(out, text);
        } else if (value instanceof Map<?, ?> map) {
            out.write(OBJECT);
            map.forEach((key, property) -> {
                name(out, (String) key);
                put(out, property);
            });
            name(out, "");
            out.write(OBJECT_END);
        } else if (value instanceof List<?> list) {
            out.write(STRICT_ARRAY);
            out.writeBytes(
                    ByteBuffer.allocate(Integer.BYTES).putInt(list.size()).array());
            list.forEach(item -> put(out, item));
        } else if (value == NOTHING) {
            out.write(NULL);
        } else {
            throw new IllegalArgumentException("no AMF0 for " + value.getClass());
        }
    }

    private static void name(ByteArrayOutputStream out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > 0xFFFF) {
            throw new IllegalArgumentException("a string of " + bytes.length + " bytes");
        }
        out.write(bytes.length >> 8);
        out.write(bytes.length);
        out.writeBytes(bytes);
    }

    /** Decodes as many values as can be read; what is malformed ends the list. */
    static List<Object> decode(ByteBuffer bytes) {
        ByteBuffer in = bytes.duplicate();
        List<Object> values = new ArrayList<>();
        try {
            while (in.hasRemaining()) {
                values.add(get(in, 0));
            }
        } catch (BufferUnderflowException | IllegalArgumentException malformed) {
            return values;
        }
        return values;
    }

    private static Object get(ByteBuffer in, int depth) {
        int type = in.get();
        if (depth > MAX_DEPTH) {
            throw new IllegalArgumentException("too deep");
        }
        return switch (type) {
            case NUMBER -> in.getDouble();
            case BOOLEAN -> in.get() != 0;
            case STRING -> name(in);
            case OBJECT -> object(in, depth);
            case ECMA_ARRAY -> {
                in.getInt();
                yield object(in, depth);
            }
            case STRICT_ARRAY -> {
                int count = in.getInt();
                List<Object> items = new ArrayList<>();
                for (int i = 0; i < count; i++) {
                    items.add(get(in, depth + 1));
                }
                yield items;
            }
            case NULL, UNDEFINED -> NOTHING;
            default -> throw new IllegalArgumentException("AMF0 type " + type);
        };
    }

    private static Map<String, Object> object(ByteBuffer in, int depth) {
        Map<String, Object> properties = new LinkedHashMap<>();
        for (String name = name(in); !(name.isEmpty() && in.get(in.position()) == OBJECT_END); name = name(in)) {
            properties.put(name, get(in, depth + 1));
        }
        in.get();
        return properties;
    }

    private static String name(ByteBuffer in) {
        byte[] bytes = new byte[in.getShort() & 0xFFFF];
        in.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
