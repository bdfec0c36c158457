package dev.weir.gateway;

import dev.weir.gateway.config.ConfigException;
import dev.weir.gateway.config.Setting;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Groups the commands about the configuration. */
@Command(
        name = "config",
        mixinStandardHelpOptions = true,
        description = "Look at the configuration.",
        subcommands = ConfigCommand.Show.class,
        synopsisSubcommandLabel = "COMMAND")
public final class ConfigCommand {
    /** Prints every setting with who set it. */
    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = "Print every effective setting and where it comes from; secrets are hidden.")
    static final class Show implements Callable<Integer> {
        @Mixin
        private ConfigOptions options = new ConfigOptions();

        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it.
        private CommandSpec spec;

        @Override
        public Integer call() {
            try {
                PrintWriter out = spec.commandLine().getOut();
                for (Setting setting : options.load().settings()) {
                    out.printf(
                            "%s = %s   # %s%n",
                            setting.key(),
                            setting.printableValue(),
                            setting.origin().describe());
                }
                out.flush();
                return 0;
            } catch (ConfigException e) {
                spec.commandLine().getErr().println("weir: " + e.getMessage());
                return 1;
            }
        }
    }
}
