package dev.weir.standalone;

import dev.weir.standalone.loadtest.LoadPlan;
import dev.weir.standalone.loadtest.LoadReport;
import dev.weir.standalone.loadtest.LoadRun;
import dev.weir.standalone.process.StartFailure;
import dev.weir.webrtc.client.ClientException;
import dev.weir.webrtc.net.Niceness;
import dev.weir.webrtc.srtp.SrtpProfile;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Loads a WHIP/WHEP server and measures it. */
@Command(
        name = "loadtest",
        description =
                "Publish to a WHIP/WHEP server, ours or another, watch with many viewers, and tell loss, join times,"
                        + " one-way latency and the server's CPU time per packet.",
        footer = {
            "",
            "The stream has the shape of H264 at 30 pictures/s with a keyframe every 2 s,",
            "and Opus. Counts are of the measurement, after the warm-up. Latency includes",
            "this tool. Ends with 1 when a viewer was refused or let go.",
            "",
            "  weir loadtest --viewers 200 --pid PID-OF-THE-GATEWAY",
            "  weir loadtest --publishers 100 --viewers 100 --kbps 1000 --json \\",
            "    --whip 'https://HOST/whip/load-{}' --whep 'https://HOST/whep/load-{}'",
        },
        mixinStandardHelpOptions = true)
final class LoadTestCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--whip",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:8080/whip/loadtest-{}",
            description = "Where to publish; {} = number of the publisher (default: ${DEFAULT-VALUE}).")
    private String whip = "";

    @Option(
            names = "--whep",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:8080/whep/loadtest-{}",
            description = "Where to watch, likewise (default: ${DEFAULT-VALUE}).")
    private String whep = "";

    @Option(
            names = "--publishers",
            paramLabel = "N",
            defaultValue = "1",
            description = "Streams to publish; 0 = watch what is there (default: ${DEFAULT-VALUE}).")
    private int publishers;

    @Option(
            names = "--viewers",
            paramLabel = "M",
            defaultValue = "10",
            description = "Viewers of all streams together (default: ${DEFAULT-VALUE}).")
    private int viewers;

    @Option(
            names = "--kbps",
            paramLabel = "KBIT",
            defaultValue = "2000",
            description = "Video of each stream, kbit/s; 0 = sound only (default: ${DEFAULT-VALUE}).")
    private int kbps;

    @Option(names = "--silent", description = "Publish nothing, to see what idle sessions cost.")
    private boolean silent;

    @Option(
            names = "--keyframes",
            paramLabel = "TIME",
            defaultValue = "2s",
            converter = DurationConverter.class,
            description = "Time between two keyframes of a stream (default: ${DEFAULT-VALUE}).")
    private Duration keyframes = Duration.ZERO;

    @Option(
            names = "--join-rate",
            paramLabel = "N",
            defaultValue = "20",
            description = "Viewers that join per second (default: ${DEFAULT-VALUE}).")
    private int joinRate;

    @Option(
            names = "--warm-up",
            paramLabel = "TIME",
            defaultValue = "10s",
            converter = DurationConverter.class,
            description = "Time from the last join to the measurement (default: ${DEFAULT-VALUE}).")
    private Duration warmUp = Duration.ZERO;

    @Option(
            names = "--for",
            paramLabel = "TIME",
            defaultValue = "20s",
            converter = DurationConverter.class,
            description = "Length of the measurement (default: ${DEFAULT-VALUE}).")
    private Duration duration = Duration.ZERO;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Seed of picture sizes and phases (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--profile",
            split = ",",
            paramLabel = "PROFILE",
            defaultValue = "AEAD_AES_128_GCM,AES128_CM_HMAC_SHA1_80",
            description = "SRTP profiles to offer, preferred first (default: ${DEFAULT-VALUE}).")
    private List<SrtpProfile> profiles = List.of();

    @Option(
            names = "--payload-types",
            split = ",",
            arity = "1",
            paramLabel = "VIDEO,SOUND",
            defaultValue = "0,0",
            description = "RTP payload types of H264 and Opus, for servers that do not take the client's; 0 = any"
                    + " (default: ${DEFAULT-VALUE}).")
    private List<Integer> payloadTypes = List.of();

    @Option(names = "--pid", paramLabel = "PID", description = "Process whose CPU time and memory to tell.")
    private @Nullable Long pid;

    @Option(
            names = "--token",
            paramLabel = "TOKEN",
            defaultValue = "${env:WEIR_TOKEN:-}",
            description = "Bearer token (default: the variable WEIR_TOKEN).")
    private String token = "";

    @Option(names = "--json", description = "Tell the result as JSON.")
    private boolean json;

    @Override
    public Integer call() throws StartFailure, InterruptedException {
        int unused = Niceness.raiseCompilers(Niceness.BACKGROUND);
        ProgressLine progress = new ProgressLine(spec.commandLine().getErr(), "loadtest");
        try (LoadRun run = new LoadRun(plan())) {
            LoadReport report = run.measure(progress::tell);
            progress.clear();
            spec.commandLine().getOut().println(json ? report.json() : report.text());
            return report.isWhole() ? 0 : 1;
        } catch (IllegalArgumentException | IOException | ClientException e) {
            progress.clear();
            throw new StartFailure(e.getMessage() == null ? e.toString() : e.getMessage());
        }
    }

    private LoadPlan plan() {
        if (payloadTypes.size() != 2) {
            throw new IllegalArgumentException("--payload-types wants two numbers, such as 107,111");
        }
        return new LoadPlan(
                whip,
                whep,
                publishers,
                viewers,
                kbps,
                silent,
                keyframes,
                joinRate,
                warmUp,
                duration,
                seed,
                profiles,
                payloadTypes.get(0),
                payloadTypes.get(1),
                token,
                pid == null ? OptionalLong.empty() : OptionalLong.of(pid));
    }
}
