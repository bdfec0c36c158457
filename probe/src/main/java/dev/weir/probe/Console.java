package dev.weir.probe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import picocli.CommandLine.Model.CommandSpec;

/** Progress goes to standard error; the result to standard output, as a sentence or as one JSON line. */
final class Console {
    private final CommandSpec spec;
    private final boolean json;

    Console(CommandSpec spec, boolean json) {
        this.spec = spec;
        this.json = json;
    }

    void progress(String line) {
        spec.commandLine().getErr().println(line);
    }

    void result(Object report, String summary) throws ProbeException {
        String line;
        try {
            line = json ? new ObjectMapper().writeValueAsString(report) : summary;
        } catch (JsonProcessingException e) {
            throw new ProbeException("cannot write the report: " + e.getMessage(), e);
        }
        spec.commandLine().getOut().println(line);
        spec.commandLine().getOut().flush();
    }

    static long millis(long fromNanos, long toNanos) {
        return (toNanos - fromNanos) / 1_000_000;
    }
}
