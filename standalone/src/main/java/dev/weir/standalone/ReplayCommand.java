package dev.weir.standalone;

import dev.weir.standalone.process.StartFailure;
import dev.weir.standalone.replay.Replay;
import dev.weir.standalone.replay.ReplayReport;
import dev.weir.webrtc.client.ClientConfig;
import dev.weir.webrtc.net.EventLoopGroup;
import dev.weir.webrtc.net.NetConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Publishes a logged stream again. */
@Command(
        name = "replay",
        description = "Publish a stretch of a logged stream again by WHIP, with its original timing and its losses.",
        footer = {
            "",
            "Starts with the last keyframe at or before --from. Times are written as in",
            "weir log.",
            "",
            "  weir replay --stream lobby --from 14:00:00 --to 14:02:00 \\",
            "    --url http://127.0.0.1:8080/whip/incident",
        },
        mixinStandardHelpOptions = true)
final class ReplayCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private LogSource source = new LogSource();

    @Mixin
    private LogRange range = new LogRange();

    @Option(names = "--url", paramLabel = "URL", required = true, description = "WHIP endpoint to publish to.")
    private URI url = URI.create("");

    @Option(
            names = "--token",
            paramLabel = "TOKEN",
            defaultValue = "${env:WEIR_TOKEN:-}",
            description = "Bearer token (default: the variable WEIR_TOKEN).")
    private String token = "";

    @Option(
            names = "--speed",
            paramLabel = "FACTOR",
            description = "2 = twice as fast, without sound (default: ${DEFAULT-VALUE}).")
    private double speed = 1;

    @Option(names = "--json", description = "Tell what was published as JSON.")
    private boolean json;

    @Override
    public Integer call() throws StartFailure, IOException, InterruptedException {
        if (!(speed >= 0.01 && speed <= 100)) {
            throw new StartFailure("--speed must lie between 0.01 and 100: " + speed);
        }
        if (url.getScheme() == null || !url.getScheme().startsWith("http")) {
            throw new StartFailure("--url must be the http or https address of a WHIP endpoint: " + url);
        }
        NetConfig net = NetConfig.of(List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)))
                .withLoops(1);
        return range.read(spec, source, "replay", (reader, selection, notes, progress) -> {
            try (EventLoopGroup loops = new EventLoopGroup(net)) {
                loops.start();
                Replay replay = new Replay(reader, selection, speed, notes);
                ReplayReport report =
                        replay.publish(url, ClientConfig.create().withBearerToken(token), loops.next(), progress);
                progress.clear();
                spec.commandLine().getOut().println(json ? report.json() : report.text());
                return 0;
            }
        });
    }
}
