package dev.weir.standalone;

import dev.weir.standalone.journal.FactJson;
import dev.weir.standalone.journal.FactLine;
import dev.weir.standalone.journal.LogJson;
import dev.weir.standalone.journal.LogLine;
import dev.weir.standalone.journal.LogPosition;
import dev.weir.standalone.journal.LogPosition.Kind;
import dev.weir.standalone.journal.LogReader;
import dev.weir.standalone.journal.LogRecord;
import dev.weir.standalone.process.StartFailure;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints the media log. */
@Command(
        name = "log",
        description = "Print what Kafka holds of a stream: one line per packet, sender report, gap or mark, or facts.",
        footer = {
            "",
            "A place in the log is written as beginning, latest, now, -90s (or ms, m, h, d),",
            "@OFFSET, 2026-11-25T04:00:00Z, '2026-11-25 04:00:00.5' or 04:00:00 (today,",
            "local time).",
            "",
            "  weir log --stream lobby --follow --frames      what comes in, frame by frame",
            "  weir log --stream lobby --from -5m --to -4m    one minute of packets",
            "  weir log --streams --follow                    what is live and durable",
        },
        mixinStandardHelpOptions = true)
final class LogCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private LogSource source = new LogSource();

    @Option(names = "--stream", paramLabel = "ID", description = "Only this stream; all of them without it.")
    @Nullable
    private String stream;

    @Option(names = "--follow", description = "Go on with what comes, until Ctrl-C.")
    private boolean follow;

    @Option(
            names = "--from",
            paramLabel = "PLACE",
            description = "Where to start (default: ${DEFAULT-VALUE}); latest implies --follow.")
    private String from = "beginning";

    @Option(names = "--to", paramLabel = "PLACE", description = "Where to stop (default: at the end).")
    @Nullable
    private String to;

    @Option(names = "--limit", paramLabel = "N", description = "Stop after this many records; 0 = no limit.")
    private long limit;

    @ArgGroup(validate = true)
    private LogFacts facts = new LogFacts();

    @Option(names = "--utc", description = "Times in UTC instead of local time.")
    private boolean utc;

    @Option(names = "--json", description = "One JSON object per line instead of text.")
    private boolean json;

    @Override
    public Integer call() throws StartFailure, IOException, InterruptedException {
        LogPosition start = LogSource.position("--from", from);
        Optional<LogPosition> end = to == null ? Optional.empty() : Optional.of(LogSource.position("--to", to));
        Optional<String> only = Optional.ofNullable(stream);
        Optional<LogFacts.Kind<?>> kind = facts.kind();
        return kind.isPresent()
                ? source.read(spec, kind.get().topic(), only, reader -> print(kind.get(), reader, start, end))
                : source.read(spec, only, reader -> {
                    reader.seek(start);
                    print(reader, start, end);
                    return 0;
                });
    }

    private <R extends Record> int print(
            LogFacts.Kind<R> kind, LogReader reader, LogPosition start, Optional<LogPosition> end) throws StartFailure {
        try {
            reader.seek(start);
        } catch (UnknownTopicOrPartitionException e) {
            throw new StartFailure("there is no topic " + kind.topic() + ": " + kind.absent(), e);
        }
        PrintWriter out = spec.commandLine().getOut();
        FactLine text = new FactLine(zone());
        FactJson asJson = new FactJson();
        long[] printed = new long[1];
        boolean following = follow || start.kind() == Kind.END;
        reader.readFacts(
                kind.codec(),
                following ? Optional.empty() : Optional.of(end.orElse(LogPosition.END)),
                (record, fact) -> {
                    if (isBehind(record.timestamp() * 1_000, record.offset(), end)) {
                        return false;
                    }
                    if (stream == null || stream.equals(kind.stream(fact))) {
                        out.println(json ? asJson.format(fact) : kind.line(text, fact, record.timestamp() * 1_000));
                        out.flush();
                        printed[0]++;
                    }
                    return !out.checkError() && (limit == 0 || printed[0] < limit);
                });
        tellIfNothing(printed[0]);
        return 0;
    }

    /** Silence would leave open whether the name of the stream is misspelt. */
    private void tellIfNothing(long printed) {
        if (printed == 0) {
            String what = stream == null ? "nothing is there" : "nothing of stream '" + stream + "' is there";
            spec.commandLine().getErr().println("weir: " + what + " in that range");
        }
    }

    private void print(LogReader reader, LogPosition start, Optional<LogPosition> end) {
        PrintWriter out = spec.commandLine().getOut();
        long[] printed = new long[1];
        Predicate<LogRecord> sink = printer(out, printed);
        if (follow || start.kind() == Kind.END) {
            reader.read(
                    record -> !isBehind(record.batch().firstArrivalMicros(), record.offset(), end) && sink.test(record),
                    () -> true);
        } else {
            reader.readBefore(end.orElse(LogPosition.END), sink, (done, total) -> {});
            tellIfNothing(printed[0]);
        }
    }

    private static boolean isBehind(long micros, long offset, Optional<LogPosition> end) {
        return end.isPresent()
                && switch (end.get().kind()) {
                    case TIME -> micros >= end.get().value();
                    case OFFSET -> offset >= end.get().value();
                    case BEGINNING, END -> false;
                };
    }

    private Predicate<LogRecord> printer(PrintWriter out, long[] printed) {
        Function<LogRecord, String> format = format();
        return record -> {
            String lines = format.apply(record);
            if (!lines.isEmpty()) {
                out.println(lines);
                out.flush();
            }
            printed[0]++;
            return !out.checkError() && (limit == 0 || printed[0] < limit);
        };
    }

    private Function<LogRecord, String> format() {
        return json ? new LogJson()::format : new LogLine(zone())::format;
    }

    private ZoneId zone() {
        return utc ? ZoneOffset.UTC : ZoneId.systemDefault();
    }
}
