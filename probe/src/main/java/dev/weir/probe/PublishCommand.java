package dev.weir.probe;

import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code probe publish}: sends the test picture and tone by WHIP and reports what was sent. */
@Command(
        name = "publish",
        description = "Publish a moving test picture and a tone by WHIP.",
        mixinStandardHelpOptions = true)
final class PublishCommand implements Callable<Integer> {
    @Mixin
    private final SessionOptions options = new SessionOptions();

    @Option(
            names = "--codec",
            paramLabel = "CODEC",
            defaultValue = "VP8",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
    private VideoCodec codec = VideoCodec.VP8;

    @Option(
            names = "--size",
            paramLabel = "WxH",
            converter = PictureSize.Converter.class,
            defaultValue = "640x360",
            description = "picture size (default: ${DEFAULT-VALUE})")
    private PictureSize size = new PictureSize(640, 360);

    @Option(names = "--fps", defaultValue = "30", description = "frames per second (default: ${DEFAULT-VALUE})")
    private int framesPerSecond;

    @Option(
            names = "--bitrate",
            paramLabel = "KBPS",
            defaultValue = "1200",
            description = "highest video bit rate in kbit/s (default: ${DEFAULT-VALUE})")
    private int bitrateKbps;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli injects it before call()
    private CommandSpec spec;

    @Override
    public Integer call() throws ProbeException {
        String url = options.url().toString();
        if (framesPerSecond < 1 || framesPerSecond > 100 || bitrateKbps < 30) {
            throw new ProbeException("--fps must be 1 to 100 and --bitrate at least 30");
        }
        NativeLibrary.load();
        Console console = new Console(spec, options.json());
        Signalling signalling = new Signalling(options.token());
        try (RunTime runTime = new RunTime();
                Publisher publisher =
                        new Publisher(new TestPicture(size.widthPx(), size.heightPx()), framesPerSecond)) {
            runTime.start();
            publisher.addTracks(codec, bitrateKbps * 1000);
            String offer = publisher.peer().offer();
            signalling.greet(options.url());
            long posted = System.nanoTime();
            Signalling.Session session = signalling.post(options.url(), offer);
            long answered = System.nanoTime();
            try {
                publisher.peer().acceptAnswer(session.answer());
                publisher.start();
                long connected = publisher.peer().awaitConnected(options.connectTimeout());
                console.progress("publishing " + codec + " to " + url);
                Optional<String> endedEarly =
                        runTime.await(options.runFor(), publisher.peer().ended());
                PublishReport report = PublishReport.of(
                        url,
                        Console.millis(posted, answered),
                        Console.millis(posted, connected),
                        new StatsReader(publisher.peer().stats()));
                console.result(report, report.summary());
                if (endedEarly.isPresent()) {
                    throw new ProbeException(endedEarly.get());
                }
                return report.framesEncoded() > 0 ? 0 : 1;
            } finally {
                signalling.delete(session);
            }
        }
    }
}
