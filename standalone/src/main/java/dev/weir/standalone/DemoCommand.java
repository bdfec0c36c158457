package dev.weir.standalone;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.gateway.TerminationSignal;
import dev.weir.standalone.demo.DemoReport;
import dev.weir.standalone.demo.DemoRun;
import dev.weir.standalone.demo.Stack;
import dev.weir.standalone.demo.StackConfig;
import dev.weir.standalone.process.DataDirectory;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Starts the whole product on this machine. */
@Command(
        name = "demo",
        description = "Start gateway, a one-node Kafka and a Connect worker that archives; Ctrl-C stops all of them.",
        mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--http",
            paramLabel = "HOST:PORT",
            converter = AddressConverter.class,
            description = "Where the gateway serves HTTP (default: 127.0.0.1:8080).")
    private InetSocketAddress http = new InetSocketAddress(InetAddress.getLoopbackAddress(), 8080);

    @Option(
            names = "--udp",
            paramLabel = "PORT",
            converter = PortConverter.class,
            description = "UDP port of all media, 0 = any (default: ${DEFAULT-VALUE}).")
    private int udp = 8189;

    @Option(
            names = "--kafka-port",
            paramLabel = "PORT",
            converter = PortConverter.class,
            description = "Kafka's port, 0 = any (default: that of the last start, else 9092, else any).")
    @Nullable
    private Integer kafkaPort;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Folder for log, archive and log files (default: ${DEFAULT-VALUE}).")
    private Path data = Path.of(".weir");

    @Option(
            names = "--insecure",
            description = "Let other machines in by plain HTTP and without a token, when --http is not loopback.")
    private boolean insecure;

    @Option(names = "--publish", description = "Publish the bundled test stream as 'demo' and watch it.")
    private boolean publish;

    @Option(
            names = "--for",
            paramLabel = "DURATION",
            converter = DurationConverter.class,
            description = "Stop after this time, for example 20s; with --publish also wait for log and archive.")
    @Nullable
    private Duration duration;

    @Option(names = "--json", description = "Print the result as one JSON object in the last line.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        long startNanos = System.nanoTime();
        PrintWriter out = spec.commandLine().getOut();
        DataDirectory directory = DataDirectory.open(data);
        System.setProperty("weir.log", directory.logs().resolve("gateway.log").toString());
        System.setProperty("logback.configurationFile", "dev/weir/standalone/child-logback.xml");

        OptionalInt port = kafkaPort == null ? OptionalInt.empty() : OptionalInt.of(kafkaPort);
        Optional<DemoReport> report;
        try (Stack stack = new Stack(new StackConfig(http, udp, port, insecure), directory, line -> print(out, line))) {
            Runtime.getRuntime().addShutdownHook(new Thread(stack::close, "weir-demo-stop"));
            TerminationSignal.endsWithSuccess();
            print(out, "weir demo is starting, data in " + directory.root());
            stack.start();
            long tenths = (System.nanoTime() - startNanos) / 100_000_000;
            print(out, "  publish   " + stack.url() + "publish  or by WHIP to " + stack.url() + "whip/NAME");
            print(out, "  watch     " + stack.url() + "play/NAME  or by WHEP from " + stack.url() + "whep/NAME");
            print(out, "ready after " + tenths / 10.0 + " s; Ctrl-C stops everything");
            report = run(stack, out);
        }
        report.ifPresent(result -> print(out, json ? json(result) : result.describe()));
        return report.map(DemoReport::isComplete).orElse(true) ? 0 : 1;
    }

    private Optional<DemoReport> run(Stack stack, PrintWriter out) throws Exception {
        Optional<Duration> time = Optional.ofNullable(duration);
        if (publish) {
            return Optional.of(new DemoRun(stack, line -> print(out, line)).publish(time));
        }
        DemoRun.idle(time);
        return Optional.empty();
    }

    private static String json(DemoReport report) {
        return new ObjectMapper().valueToTree(report).toString();
    }

    private static void print(PrintWriter out, String line) {
        out.println(line);
        out.flush();
    }
}
