package dev.weir.standalone;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.connector.ArchiveSinkTask;
import dev.weir.connector.archive.ArchiveVerifier;
import dev.weir.connector.archive.EpochVerdict;
import dev.weir.connector.config.ArchiveSinkConfig;
import dev.weir.connector.store.ObjectStore;
import dev.weir.standalone.journal.LogPosition;
import dev.weir.standalone.process.StartFailure;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.ToLongFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Proves a recording against the log. */
@Command(
        name = "verify",
        description = "Prove the recordings of a stream against the log: every frame, byte by byte.",
        footer = {
            "",
            "Exit code 0: nothing is lost, doubled or corrupt; 1: something is, or it cannot",
            "be told.",
            "",
            "  weir archive verify --stream lobby",
            "  weir archive verify --stream lobby --kafka-config client.properties \\",
            "    --connector archive.json --json",
        },
        mixinStandardHelpOptions = true)
final class ArchiveVerifyCommand implements Callable<Integer> {
    private static final long LOOK_AGAIN_MILLIS = 500;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private LogSource source = new LogSource();

    @Mixin
    private ArchiveSource archive = new ArchiveSource();

    @Option(names = "--stream", paramLabel = "ID", required = true, description = "The stream.")
    private String stream = "";

    @Option(
            names = "--wait",
            paramLabel = "DURATION",
            converter = DurationConverter.class,
            description = "How long to wait for the last object of a stream that is over (default: 30s).")
    private Duration wait = Duration.ofSeconds(30);

    @Option(names = "--json", description = "One JSON object instead of text.")
    private boolean json;

    @Override
    public Integer call() throws StartFailure, IOException, InterruptedException {
        ArchiveSinkConfig config = archive.config(source.data());
        PrintWriter err = spec.commandLine().getErr();
        ProgressLine progress = new ProgressLine(err, "verifying '" + stream + "'");
        try (ObjectStore store = ArchiveSinkTask.openStore(config)) {
            ArchiveVerifier verifier = new ArchiveVerifier(store, ArchiveSinkTask.settings(config), stream);
            source.read(spec, Optional.of(stream), reader -> {
                reader.seek(LogPosition.BEGINNING);
                reader.readBefore(
                        LogPosition.END,
                        record -> {
                            verifier.add(record.batch(), record.offset());
                            return true;
                        },
                        progress);
                return 0;
            });
            List<EpochVerdict> verdicts = verdicts(verifier, progress);
            progress.clear();
            if (verdicts.isEmpty()) {
                throw new StartFailure("the log holds nothing of stream '" + stream + "': nothing can be proved");
            }
            boolean proved = verdicts.stream().allMatch(EpochVerdict::isProved);
            spec.commandLine().getOut().println(json ? asJson(verdicts, proved) : asText(verdicts, proved));
            return proved ? 0 : 1;
        }
    }

    /** Compares again while the archive is still at its last objects. */
    private List<EpochVerdict> verdicts(ArchiveVerifier verifier, ProgressLine progress)
            throws IOException, InterruptedException {
        long start = System.nanoTime();
        while (true) {
            boolean patient = System.nanoTime() - start < wait.toNanos();
            List<EpochVerdict> verdicts = verifier.verify(patient);
            if (!patient || verdicts.stream().noneMatch(EpochVerdict::isBehind)) {
                return verdicts;
            }
            progress.tell("waiting for the last object");
            Thread.sleep(LOOK_AGAIN_MILLIS);
        }
    }

    private static long sum(List<EpochVerdict> verdicts, ToLongFunction<EpochVerdict> number) {
        return verdicts.stream().mapToLong(number).sum();
    }

    private String asText(List<EpochVerdict> verdicts, boolean proved) {
        StringBuilder text = new StringBuilder();
        for (EpochVerdict verdict : verdicts) {
            text.append(String.format(
                    Locale.ROOT,
                    "%s/%d %s: acked %d (%d packets), archived %d, lost %d, duplicated %d, corrupt %d, gaps %d"
                            + ", in %d objects, %.1f MB%s%s%s%n",
                    stream,
                    verdict.epoch(),
                    verdict.cutShort() ? "cut short, its gateway died" : verdict.ended() ? "ended" : "open",
                    verdict.acked(),
                    verdict.packets(),
                    verdict.archived(),
                    verdict.lost(),
                    verdict.duplicated(),
                    verdict.corrupt() + verdict.damaged(),
                    verdict.gaps(),
                    verdict.objects(),
                    verdict.bytes() / 1e6,
                    verdict.pending() > 0 ? ", " + verdict.pending() + " frames not due yet" : "",
                    verdict.unproven() > 0
                            ? ", " + verdict.unproven() + " frames older than what Kafka still holds"
                            : "",
                    verdict.missingBatches() > 0 ? ", " + verdict.missingBatches() + " records lack in the log" : ""));
            verdict.problems()
                    .forEach(problem -> text.append("  ").append(problem).append(System.lineSeparator()));
        }
        return text.append(proved ? "proved" : "NOT proved").toString();
    }

    private String asJson(List<EpochVerdict> verdicts, boolean proved) {
        ObjectNode root = new ObjectMapper().createObjectNode();
        root.put("stream", stream).put("proved", proved);
        root.put("acked", sum(verdicts, EpochVerdict::acked));
        root.put("archived", sum(verdicts, EpochVerdict::archived));
        root.put("lost", sum(verdicts, EpochVerdict::lost));
        root.put("duplicated", sum(verdicts, EpochVerdict::duplicated));
        root.put("corrupt", sum(verdicts, EpochVerdict::corrupt) + sum(verdicts, EpochVerdict::damaged));
        root.put("gaps", sum(verdicts, EpochVerdict::gaps));
        root.put("pending", sum(verdicts, EpochVerdict::pending));
        for (EpochVerdict verdict : verdicts) {
            ObjectNode node = root.withArray("epochs").addObject();
            node.put("epoch", verdict.epoch())
                    .put("ended", verdict.ended())
                    .put("cutShort", verdict.cutShort())
                    .put("complete", verdict.complete());
            node.put("packets", verdict.packets()).put("acked", verdict.acked());
            node.put("archived", verdict.archived()).put("lost", verdict.lost());
            node.put("duplicated", verdict.duplicated()).put("damaged", verdict.damaged());
            node.put("corrupt", verdict.corrupt()).put("gaps", verdict.gaps());
            node.put("pending", verdict.pending()).put("unproven", verdict.unproven());
            node.put("missingBatches", verdict.missingBatches());
            node.put("objects", verdict.objects()).put("bytes", verdict.bytes());
            verdict.problems().forEach(node.withArray("problems")::add);
        }
        return root.toString();
    }
}
