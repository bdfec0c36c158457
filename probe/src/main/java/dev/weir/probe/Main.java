package dev.weir.probe;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * A libwebrtc client in a process of its own: publishes a synthetic picture and tone by WHIP, or plays by WHEP and
 * measures what it decodes.
 *
 * <p>Exit codes: 0 media flowed, 1 it did not (the reason is one line on standard error), 2 wrong usage.
 */
@Command(
        name = "weir",
        description = "A libwebrtc client: publish a test picture by WHIP, or play by WHEP and measure.",
        mixinStandardHelpOptions = true,
        subcommands = {PublishCommand.class, PlayCommand.class})
public final class Main implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli injects it before call()
    private CommandSpec spec;

    private Main() {}

    /** Runs the command line and ends the process with its exit code. */
    public static void main(String[] args) {
        int exitCode = commandLine().execute(args);
        // The result is the last line: native threads that outlive main print to our output while the JVM goes down.
        System.out.close();
        System.err.close();
        System.exit(exitCode);
    }

    static CommandLine commandLine() {
        return new CommandLine(new Main())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((failure, commandLine, parsed) -> {
                    if (!(failure instanceof ProbeException)) {
                        throw failure;
                    }
                    commandLine.getErr().println("weir: " + failure.getMessage());
                    return 1;
                });
    }

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return 2;
    }
}
