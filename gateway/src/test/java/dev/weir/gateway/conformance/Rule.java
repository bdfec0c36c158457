package dev.weir.gateway.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * One row of the catalogue.
 *
 * @param section where the rule comes from, {@code own} for a rule of this project
 * @param level M, S, O or P: must, should, may, our own
 * @param reason why no test of this module shows it, and what shows it instead; else empty
 */
record Rule(String id, String section, String level, String text, String reason) {
    private static final String CATALOGUE = "/conformance.tsv";

    /** Returns all rows in the order of the file. */
    static Map<String, Rule> catalogue() throws IOException {
        Map<String, Rule> rules = new LinkedHashMap<>();
        for (String line : read().lines().toList()) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            String[] columns = line.split("\t", -1);
            if (columns.length != 4 && columns.length != 5) {
                throw new IOException("not 4 or 5 columns: " + line);
            }
            Rule rule = new Rule(columns[0], columns[1], columns[2], columns[3], columns.length == 5 ? columns[4] : "");
            if (rules.put(rule.id(), rule) != null) {
                throw new IOException("twice: " + rule.id());
            }
        }
        return rules;
    }

    private static String read() throws IOException {
        try (InputStream in = Objects.requireNonNull(Rule.class.getResourceAsStream(CATALOGUE))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
