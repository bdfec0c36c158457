package dev.weir.standalone;

import dev.weir.standalone.process.StartFailure;
import dev.weir.webrtc.impair.PathConditions;
import dev.weir.webrtc.impair.UdpImpairer;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Puts a bad network between clients and a gateway. */
@Command(
        name = "impair",
        description = "Put a bad network between clients and a gateway's UDP port: loss, delay, jitter, reordering,"
                + " repetition, a thin path, NAT rebinding; the same for the same --seed.",
        footer = {
            "",
            "Clients must be told its address instead of the gateway's. On one machine:",
            "",
            "  weir gateway --set udp.addresses=127.0.0.1 \\",
            "    --set udp.public-address=127.0.0.2",
            "  weir impair --listen 127.0.0.2:8189 --server 127.0.0.1:8189 \\",
            "    --loss 5 --jitter 50ms",
        },
        mixinStandardHelpOptions = true)
final class ImpairCommand implements Callable<Integer> {
    private static final long REPORT_SECONDS = 5;
    private static final long STEP_MILLIS = 50;

    /** Which way is bad. */
    enum Ways {
        up,
        down,
        both
    }

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            required = true,
            converter = AddressConverter.class,
            description = "Where clients send to.")
    private InetSocketAddress listen = new InetSocketAddress(0);

    @Option(
            names = "--server",
            paramLabel = "HOST:PORT",
            required = true,
            converter = AddressConverter.class,
            description = "The gateway's UDP port.")
    private InetSocketAddress server = new InetSocketAddress(0);

    @Option(names = "--loss", paramLabel = "PERCENT", description = "Datagrams lost, on average.")
    private double loss;

    @Option(
            names = "--burst",
            paramLabel = "N",
            description = "Losses come in runs of N times 10 ms on average (Gilbert-Elliott); 1 = each for itself.")
    private double burst = 1;

    @Option(
            names = "--delay",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "Time under way, one way.")
    private Duration delay = Duration.ZERO;

    @Option(
            names = "--jitter",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "Up to this much longer, without overtaking.")
    private Duration jitter = Duration.ZERO;

    @Option(names = "--reorder", paramLabel = "PERCENT", description = "Datagrams that come 5 to 20 ms late.")
    private double reorder;

    @Option(names = "--duplicate", paramLabel = "PERCENT", description = "Datagrams that come twice.")
    private double duplicate;

    @Option(names = "--rate", paramLabel = "KBIT/S", description = "The path carries no more than this.")
    private long rateKbps;

    @Option(
            names = "--queue",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            defaultValue = "300ms",
            description = "Longest wait for the rate; what would wait longer is lost (default: ${DEFAULT-VALUE}).")
    private Duration queue = Duration.ZERO;

    @Option(
            names = "--way",
            paramLabel = "up|down|both",
            defaultValue = "both",
            description = "What is bad: to the gateway, from it, or both (default: ${DEFAULT-VALUE}).")
    private Ways way = Ways.both;

    @Option(
            names = "--rebind",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "Give every client another port so often, as a NAT that loses its table.")
    private Duration rebind = Duration.ZERO;

    @Option(names = "--seed", paramLabel = "N", description = "Same seed, same fate (default: ${DEFAULT-VALUE}).")
    private long seed = 1;

    @Option(
            names = "--for",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "End after this (default: at Ctrl-C).")
    private Duration length = Duration.ZERO;

    @Override
    public Integer call() throws StartFailure, InterruptedException {
        PathConditions bad = conditions();
        PathConditions good = PathConditions.clean(Duration.ZERO);
        try (UdpImpairer impairer =
                UdpImpairer.start(listen, server, seed, way == Ways.down ? good : bad, way == Ways.up ? good : bad)) {
            PrintWriter err = spec.commandLine().getErr();
            err.println("impair: " + text(impairer.address()) + " -> " + text(server) + ", seed " + seed);
            run(impairer, err);
            return 0;
        } catch (IOException e) {
            throw new StartFailure("cannot open " + text(listen) + ": " + e.getMessage());
        }
    }

    private PathConditions conditions() throws StartFailure {
        try {
            return new PathConditions(
                    loss / 100,
                    burst,
                    reorder / 100,
                    duplicate / 100,
                    delay.toNanos(),
                    jitter.toNanos(),
                    rateKbps * 1_000,
                    queue.toNanos());
        } catch (IllegalArgumentException e) {
            throw new StartFailure("--loss, --reorder and --duplicate lie between 0 and 100, --rate is not negative");
        }
    }

    /** Until the time is over; Ctrl-C ends the JVM, and the hook tells what went through. */
    private void run(UdpImpairer impairer, PrintWriter err) throws InterruptedException {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> err.println(line(impairer.counts())), "impair-end"));
        long begun = System.nanoTime();
        long rebound = begun;
        long reported = begun;
        while (length.isZero() || System.nanoTime() - begun < length.toNanos()) {
            TimeUnit.MILLISECONDS.sleep(STEP_MILLIS);
            long now = System.nanoTime();
            if (!rebind.isZero() && now - rebound >= rebind.toNanos()) {
                rebound = now;
                impairer.rebind();
            }
            if (now - reported >= TimeUnit.SECONDS.toNanos(REPORT_SECONDS)) {
                reported = now;
                err.println(line(impairer.counts()));
            }
        }
    }

    private static String text(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    private static String line(UdpImpairer.Counts counts) {
        return String.format(
                Locale.ROOT,
                "impair: to the gateway %d datagrams, %d lost; to clients %d, %d lost; %d rebindings",
                counts.toServer(),
                counts.toServerLost(),
                counts.toClients(),
                counts.toClientsLost(),
                counts.rebindings());
    }
}
