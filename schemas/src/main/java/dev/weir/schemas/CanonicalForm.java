package dev.weir.schemas;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Brings a schema in JSON into the parsing canonical form (Avro 1.12 specification, "Transforming into Parsing Canonical
 * Form"): equal for all schemas that read the same bytes, whatever documentation, order or whitespace a registry keeps.
 */
final class CanonicalForm {
    private static final Set<String> PRIMITIVES =
            Set.of("null", "boolean", "int", "long", "float", "double", "bytes", "string");
    private static final Set<String> NAMED = Set.of("record", "enum", "fixed", "error");

    private final StringBuilder out = new StringBuilder();

    private CanonicalForm() {}

    /**
     * Returns the canonical form.
     *
     * @throws IllegalArgumentException when {@code schema} is not an Avro schema
     */
    static String of(String schema) {
        CanonicalForm form = new CanonicalForm();
        form.type(Json.parse(schema), "");
        return form.out.toString();
    }

    private void type(Object schema, String namespace) {
        if (schema instanceof String name) {
            out.append(Json.quoted(PRIMITIVES.contains(name) ? name : fullName(name, namespace)));
        } else if (schema instanceof List<?> union) {
            out.append('[');
            for (int i = 0; i < union.size(); i++) {
                out.append(i == 0 ? "" : ",");
                type(union.get(i), namespace);
            }
            out.append(']');
        } else if (schema instanceof Map<?, ?> complex) {
            complex(complex, namespace);
        } else {
            throw new IllegalArgumentException("not a schema");
        }
    }

    private void complex(Map<?, ?> schema, String namespace) {
        if (!(schema.get("type") instanceof String type)) {
            type(require(schema, "type"), namespace);
        } else if (NAMED.contains(type)) {
            named(schema, type, namespace);
        } else if (type.equals("array") || type.equals("map")) {
            String content = type.equals("array") ? "items" : "values";
            out.append("{\"type\":\"")
                    .append(type)
                    .append("\",\"")
                    .append(content)
                    .append("\":");
            type(require(schema, content), namespace);
            out.append('}');
        } else {
            type(type, namespace);
        }
    }

    private void named(Map<?, ?> schema, String type, String outer) {
        String own = schema.get("namespace") instanceof String named ? named : outer;
        String name = fullName(String.valueOf(require(schema, "name")), own);
        String namespace = name.contains(".") ? name.substring(0, name.lastIndexOf('.')) : "";
        out.append("{\"name\":")
                .append(Json.quoted(name))
                .append(",\"type\":\"")
                .append(type)
                .append('"');
        if (schema.get("fields") instanceof List<?> fields) {
            out.append(",\"fields\":[");
            for (int i = 0; i < fields.size(); i++) {
                Map<?, ?> field = (Map<?, ?>) fields.get(i);
                out.append(i == 0 ? "{\"name\":" : ",{\"name\":")
                        .append(Json.quoted(String.valueOf(require(field, "name"))))
                        .append(",\"type\":");
                type(require(field, "type"), namespace);
                out.append('}');
            }
            out.append(']');
        }
        if (schema.get("symbols") instanceof List<?> symbols) {
            out.append(",\"symbols\":[");
            for (int i = 0; i < symbols.size(); i++) {
                out.append(i == 0 ? "" : ",").append(Json.quoted(String.valueOf(symbols.get(i))));
            }
            out.append(']');
        }
        if (schema.get("size") instanceof Json.Numeral size) {
            out.append(",\"size\":").append(size.digits());
        }
        out.append('}');
    }

    private static Object require(Map<?, ?> schema, String attribute) {
        Object value = schema.get(attribute);
        if (value == null) {
            throw new IllegalArgumentException("a schema without " + attribute);
        }
        return value;
    }

    private static String fullName(String name, String namespace) {
        return name.contains(".") || namespace.isEmpty() ? name : namespace + "." + name;
    }
}
