package dev.weir.gateway.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/**
 * Notes how the tests with {@link Row}s ended, in the file that the system property {@code weir.conformance.results} names:
 * row, test, {@code passed} or {@code failed}, by tabs. Does nothing in a run of some tests only, which sets no such property.
 */
public final class RowListener implements TestExecutionListener {
    private static final String PROPERTY = "weir.conformance.results";

    private final SortedMap<String, Boolean> passedByRowAndTest = new TreeMap<>();

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
        note(test, false);
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        note(test, result.getStatus() == TestExecutionResult.Status.SUCCESSFUL);
    }

    private synchronized void note(TestIdentifier test, boolean passed) {
        if (!(test.getSource().orElse(null) instanceof MethodSource source) || (passed && !test.isTest())) {
            return;
        }
        Method method = source.getJavaMethod();
        Row row = method.getAnnotation(Row.class);
        if (row == null) {
            return;
        }
        String name = source.getJavaClass().getSimpleName() + "." + method.getName();
        for (String id : row.value()) {
            passedByRowAndTest.merge(id + "\t" + name, passed, Boolean::logicalAnd);
        }
    }

    @Override
    public synchronized void testPlanExecutionFinished(TestPlan plan) {
        String file = System.getProperty(PROPERTY, "");
        if (file.isEmpty()) {
            return;
        }
        try {
            write(Path.of(file).toAbsolutePath());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(Path file) throws IOException {
        Files.createDirectories(file.resolveSibling("."));
        TreeSet<String> lines = new TreeSet<>();
        passedByRowAndTest.forEach((key, passed) -> lines.add(key + "\t" + (passed ? "passed" : "failed")));
        Files.write(file, lines);
    }
}
