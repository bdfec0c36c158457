package dev.weir.gateway;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** The command line of the gateway alone. Without a command it serves. */
@Command(
        name = "weir-gateway",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        description = "A live-media gateway for Kafka: WHIP in, WHEP out, every packet in the log.",
        subcommands = {GatewayCommand.class, ConfigCommand.class, TokenCommand.class})
public final class Main {
    private static final String LOGBACK = "logback.configurationFile";

    private Main() {}

    /** Runs the command in {@code args}; exits with 0, with 1 when it failed, with 2 when it was misspelt. */
    public static void main(String[] args) {
        if (System.getProperty(LOGBACK) == null) {
            System.setProperty(LOGBACK, "dev/weir/gateway/gateway-logback.xml");
        }
        System.exit(commandLine().execute(withDefault(args)));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Main());
    }

    /** {@code weir-gateway --http …} means {@code weir-gateway gateway --http …}. */
    private static String[] withDefault(String[] args) {
        if (args.length > 0 && (!args[0].startsWith("-") || isStandard(args[0]))) {
            return args;
        }
        String[] all = new String[args.length + 1];
        all[0] = "gateway";
        System.arraycopy(args, 0, all, 1, args.length);
        return all;
    }

    private static boolean isStandard(String flag) {
        return flag.equals("-h") || flag.equals("--help") || flag.equals("-V") || flag.equals("--version");
    }

    /** Tells the version in the jar. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {
                "weir " + (version == null ? "(not packaged)" : version) + ", Java " + Runtime.version()
            };
        }
    }
}
