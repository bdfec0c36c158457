package dev.weir.standalone;

import dev.weir.standalone.journal.LogJson;
import dev.weir.standalone.journal.LogLine;
import dev.weir.standalone.journal.LogReader;
import dev.weir.standalone.journal.LogRecord;
import dev.weir.standalone.process.DataDirectory;
import dev.weir.standalone.process.StartFailure;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints the media log. */
@Command(
        name = "log",
        description = "Print what Kafka holds of a stream: one line per packet, sender report, gap or mark.",
        mixinStandardHelpOptions = true)
final class LogCommand implements Callable<Integer> {

    enum From {
        beginning,
        latest
    }

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--stream", paramLabel = "ID", description = "Only this stream; all of them without it.")
    @Nullable
    private String stream;

    @Option(
            names = "--bootstrap",
            paramLabel = "HOST:PORT",
            description = "Kafka; without it that of the demo whose data folder --data names.")
    @Nullable
    private String bootstrap;

    @Option(names = "--data", paramLabel = "DIR", description = "Data folder of the demo (default: ${DEFAULT-VALUE}).")
    private Path data = Path.of(".weir");

    @Option(names = "--follow", description = "Go on with what comes, until Ctrl-C.")
    private boolean follow;

    @Option(
            names = "--from",
            paramLabel = "beginning|latest",
            description = "Where to start (default: ${DEFAULT-VALUE}); latest implies --follow.")
    private From from = From.beginning;

    @Option(names = "--limit", paramLabel = "N", description = "Stop after this many records; 0 = no limit.")
    private long limit;

    @Option(names = "--json", description = "One JSON object per line instead of text.")
    private boolean json;

    @Override
    public Integer call() throws StartFailure {
        String kafka = bootstrap();
        PrintWriter out = spec.commandLine().getOut();
        try (LogReader reader = LogReader.open(kafka, Optional.ofNullable(stream))) {
            reader.seek(from == From.beginning);
            Predicate<LogRecord> sink = printer(out);
            if (follow || from == From.latest) {
                reader.read(sink, () -> true);
            } else {
                reader.readToEnd(sink);
            }
            if (reader.malformed() > 0) {
                spec.commandLine()
                        .getErr()
                        .println("weir: " + reader.malformed() + " records in the topic are not ours");
            }
            return 0;
        } catch (KafkaException e) {
            throw new StartFailure(
                    "no answer from Kafka at " + kafka + " (" + e.getMessage()
                            + "): is weir demo running? Another address goes into --bootstrap",
                    e);
        }
    }

    private String bootstrap() throws StartFailure {
        if (bootstrap != null) {
            return bootstrap;
        }
        return DataDirectory.kafkaAddress(data)
                .orElseThrow(() -> new StartFailure("no demo has run in " + data.toAbsolutePath()
                        + ": name Kafka with --bootstrap HOST:PORT or the demo's folder with --data"));
    }

    private Predicate<LogRecord> printer(PrintWriter out) {
        Function<LogRecord, String> format = json ? new LogJson()::format : new LogLine(ZoneId.systemDefault())::format;
        long[] printed = new long[1];
        return record -> {
            out.println(format.apply(record));
            out.flush();
            printed[0]++;
            return !out.checkError() && (limit == 0 || printed[0] < limit);
        };
    }
}
