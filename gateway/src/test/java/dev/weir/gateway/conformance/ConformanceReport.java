package dev.weir.gateway.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Writes {@code docs/conformance.md} from what the tests before it have shown. Surefire runs it last, and only when all
 * tests have run.
 */
class ConformanceReport {
    private static final Path RESULTS = Path.of(System.getProperty("weir.conformance.from", "target/conformance.tsv"));
    private static final Path REPORT = Path.of("../docs/conformance.md");
    private static final boolean STRICT = Boolean.getBoolean("weir.conformance.strict");

    private record Shown(String id, String test, boolean passed) {
        static Shown of(String line) {
            String[] columns = line.split("\t", -1);
            return new Shown(columns[0], columns[1], columns[2].equals("passed"));
        }

        boolean bearsItsId() {
            String method = test.substring(test.indexOf('.'));
            return letters(method).contains(letters(id));
        }

        private static String letters(String text) {
            return text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
        }
    }

    @Test
    void tellsEveryRowAndMissesNone() throws IOException {
        Map<String, Rule> rules = Rule.catalogue();
        List<Shown> shown = Files.readAllLines(RESULTS).stream().map(Shown::of).toList();

        Files.writeString(REPORT, report(rules, shown));

        List<String> faults = faults(rules, shown);
        faults.forEach(fault -> System.err.println("[conformance] " + fault));
        if (STRICT) {
            assertThat(faults).isEmpty();
        }
    }

    private static List<String> faults(Map<String, Rule> rules, List<Shown> shown) {
        List<String> faults = new ArrayList<>();
        for (Shown test : shown) {
            if (!rules.containsKey(test.id())) {
                faults.add(test.test() + " names " + test.id() + ", which the catalogue lacks");
            }
            if (!test.bearsItsId()) {
                faults.add(test.test() + " does not bear the id " + test.id() + " in its name");
            }
            if (!test.passed()) {
                faults.add(test.test() + " did not pass: " + test.id());
            }
        }
        for (Rule rule : rules.values()) {
            if (rule.reason().isEmpty() && testsOf(rule, shown).isEmpty()) {
                faults.add(rule.id() + " has neither a test nor a reason: " + rule.text());
            }
        }
        return faults;
    }

    private static SortedSet<String> testsOf(Rule rule, List<Shown> shown) {
        return shown.stream()
                .filter(test -> test.id().equals(rule.id()))
                .map(Shown::test)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String report(Map<String, Rule> rules, List<Shown> shown) {
        StringBuilder text = new StringBuilder("""
                # Conformance

                Written by the build after the tests of the gateway; don't edit it. Each test runs against the real server, \
                over HTTP and UDP on loopback. Levels: M must, S should, O may (and we do), P a rule of this project.

                | id | source | level | rule | test | result |
                |---|---|---|---|---|---|
                """);
        for (Rule rule : rules.values()) {
            SortedSet<String> tests = testsOf(rule, shown);
            boolean passed =
                    shown.stream().filter(test -> test.id().equals(rule.id())).allMatch(Shown::passed);
            String result = tests.isEmpty()
                    ? (rule.reason().isEmpty() ? "not shown" : "see left")
                    : passed ? "passed" : "failed";
            List<String> proof =
                    new ArrayList<>(tests.stream().map(test -> "`" + test + "`").toList());
            if (!rule.reason().isEmpty()) {
                proof.add(rule.reason());
            }
            text.append("| %s | %s | %s | %s | %s | %s |\n"
                    .formatted(
                            rule.id(),
                            rule.section(),
                            rule.level(),
                            rule.text().replace("|", "\\|"),
                            String.join("<br>", proof),
                            result));
        }
        return text.toString();
    }
}
