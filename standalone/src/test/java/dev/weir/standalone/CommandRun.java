package dev.weir.standalone;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/**
 * A command of {@code weir} that was run in this JVM.
 *
 * @param exitCode what the process would have ended with
 * @param out what it printed
 * @param err what it said beside that
 */
public record CommandRun(int exitCode, String out, String err) {

    /** Runs a command to its end. */
    public static CommandRun of(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        int exitCode = line.execute(arguments);
        return new CommandRun(exitCode, out.toString(), err.toString());
    }
}
