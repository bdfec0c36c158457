package dev.weir.probe;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code probe play}: receives and decodes by WHEP and reports what came. */
@Command(
        name = "play",
        description = "Play a stream by WHEP, decode it and measure it.",
        mixinStandardHelpOptions = true)
final class PlayCommand implements Callable<Integer> {
    private static final Duration PICTURE_TIMEOUT = Duration.ofSeconds(2);

    @Mixin
    private final SessionOptions options = new SessionOptions();

    @Option(
            names = "--codec",
            paramLabel = "CODEC",
            description = "offer only this video codec: ${COMPLETION-CANDIDATES} (default: all)")
    private @Nullable VideoCodec codec;

    @Option(names = "--thumbnail", paramLabel = "FILE", description = "write the last picture as PNG")
    private @Nullable Path thumbnail;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli injects it before call()
    private CommandSpec spec;

    @Override
    public Integer call() throws ProbeException, InterruptedException {
        String url = options.url().toString();
        NativeLibrary.load();
        Console console = new Console(spec, options.json());
        Signalling signalling = new Signalling(options.token());
        try (RunTime runTime = new RunTime();
                Viewer viewer = new Viewer()) {
            runTime.start();
            viewer.addReceivers(Optional.ofNullable(codec));
            String offer = viewer.peer().offer();
            signalling.greet(options.url());
            long posted = System.nanoTime();
            Signalling.Session session = signalling.post(options.url(), offer);
            long answered = System.nanoTime();
            try {
                viewer.peer().acceptAnswer(session.answer());
                long connected = viewer.peer().awaitConnected(options.connectTimeout());
                console.progress("playing " + url);
                Optional<String> endedEarly =
                        runTime.await(options.runFor(), viewer.peer().ended());
                writeThumbnail(viewer);
                long firstFrame = viewer.firstFrameNanos().getNow(posted - 1_000_000);
                PlayReport report = PlayReport.of(
                        url,
                        Console.millis(posted, answered),
                        Console.millis(posted, connected),
                        Console.millis(posted, firstFrame),
                        new StatsReader(viewer.peer().stats()));
                console.result(report, report.summary());
                if (report.framesDecoded() == 0) {
                    throw new ProbeException("connected, but not one picture was decoded"
                            + endedEarly.map(reason -> " (" + reason + ")").orElse(""));
                }
                return 0;
            } finally {
                signalling.delete(session);
            }
        }
    }

    private void writeThumbnail(Viewer viewer) throws ProbeException, InterruptedException {
        Path file = thumbnail;
        if (file == null) {
            return;
        }
        var picture = viewer.nextPicture(PICTURE_TIMEOUT);
        if (picture.isEmpty()) {
            throw new ProbeException("no picture came to write to " + file);
        }
        Thumbnail.write(picture.get(), file);
    }
}
