package dev.weir.gateway.config;

import java.util.ArrayList;
import java.util.List;

/** Writes the commented reference file and the table of the documentation from {@link Key}. */
public final class Reference {
    private static final int WIDTH = 110;

    private Reference() {}

    /** Returns a YAML file that holds every key with its default, commented. */
    public static String yaml() {
        StringBuilder out = new StringBuilder("""
                # Weir: every setting with its default. Copy what you change; leave the rest out.
                # A flag wins over an environment variable, which wins over this file.
                # Each key has a variable: http.address is WEIR_HTTP_ADDRESS. `weir config show` tells who set what.
                """);
        String section = "";
        for (Key key : Key.values()) {
            int dot = key.key().indexOf('.');
            String prefix = key.key().substring(0, dot);
            if (!prefix.equals(section)) {
                out.append('\n').append(prefix).append(":\n");
                section = prefix;
            }
            for (String line : wrap(key.meaning())) {
                out.append("  # ").append(line).append('\n');
            }
            out.append("  ")
                    .append(key.key().substring(dot + 1))
                    .append(": ")
                    .append(value(key))
                    .append('\n');
        }
        return out.toString();
    }

    /** Returns a Markdown table: key, default, variable, flag, meaning. */
    public static String markdown() {
        StringBuilder out = new StringBuilder("""
                | Key | Kind | Default | Variable | Flag | Meaning |
                |---|---|---|---|---|---|
                """);
        for (Key key : Key.values()) {
            out.append("| `")
                    .append(key.key())
                    .append("` | ")
                    .append(key.type().form())
                    .append(" | ");
            out.append(code(key.defaultValue()))
                    .append(" | `")
                    .append(key.environmentVariable())
                    .append("` | ");
            out.append(code(key.flag())).append(" | ").append(key.meaning()).append(" |\n");
        }
        return out.toString();
    }

    private static String value(Key key) {
        if (key.type() == ValueType.LIST) {
            // A colon would begin a value of its own.
            String quote = key.defaultValue().contains(":") ? "\"" : "";
            return "[" + quote + key.defaultValue().replace(",", quote + ", " + quote) + quote + "]";
        }
        boolean quoted = key.defaultValue().isEmpty() || key.type() == ValueType.ADDRESS;
        return quoted ? '"' + key.defaultValue() + '"' : key.defaultValue();
    }

    private static String code(String text) {
        return text.isEmpty() ? "" : "`" + text + "`";
    }

    private static List<String> wrap(String text) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.split(" ", -1)) {
            if (line.length() + word.length() > WIDTH) {
                lines.add(line.toString().stripTrailing());
                line.setLength(0);
            }
            line.append(word).append(' ');
        }
        lines.add(line.toString().stripTrailing());
        return lines;
    }
}
