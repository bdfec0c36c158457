package dev.weir.standalone;

import dev.weir.gateway.ConfigCommand;
import dev.weir.gateway.GatewayCommand;
import dev.weir.gateway.TokenCommand;
import dev.weir.standalone.process.StartFailure;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/** The command line of Weir. */
@Command(
        name = "weir",
        description = "A live-media gateway for Kafka: WHIP in, WHEP out, every packet in the log, archived.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        subcommands = {
            DemoCommand.class,
            GatewayCommand.class,
            LogCommand.class,
            ExportCommand.class,
            ReplayCommand.class,
            LoadTestCommand.class,
            ArchiveCommand.class,
            RestreamCommand.class,
            ImpairCommand.class,
            ConfigCommand.class,
            TokenCommand.class,
            HelpCommand.class
        },
        footer = {
            "",
            "The probe, a libwebrtc client in a process of its own:",
            "  publish  Publish a moving test picture and a tone by WHIP.",
            "  play     Watch a stream by WHEP and tell what arrives.",
            "",
            "weir COMMAND --help tells the flags of each."
        })
public final class Main {

    private static final String LOGBACK = "logback.configurationFile";

    private Main() {}

    /** Runs the command in {@code args}; exits with 0, with 1 when it failed, with 2 when it was misspelt. */
    public static void main(String[] args) {
        if (System.getProperty(LOGBACK) == null) {
            boolean gateway = args.length > 0 && args[0].equals("gateway");
            System.setProperty(
                    LOGBACK, gateway ? "dev/weir/gateway/gateway-logback.xml" : "dev/weir/standalone/cli-logback.xml");
        }
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        CommandLine line = new CommandLine(new Main());
        line.setExecutionExceptionHandler((exception, command, parse) -> {
            if (exception instanceof StartFailure) {
                command.getErr().println("weir: " + exception.getMessage());
                return 1;
            }
            throw exception;
        });
        return line;
    }

    /** Tells the version in the jar. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {
                "weir " + (version == null ? "(not packaged)" : version) + ", Java " + Runtime.version()
            };
        }
    }
}
