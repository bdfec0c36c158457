package dev.weir.standalone;

import dev.weir.standalone.export.Export;
import dev.weir.standalone.export.ExportFormat;
import dev.weir.standalone.export.ExportReport;
import dev.weir.standalone.export.Selection;
import dev.weir.standalone.journal.LogPosition;
import dev.weir.standalone.process.StartFailure;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Writes a file straight from the log. */
@Command(
        name = "export",
        description = "Write a stretch of a stream into a file, straight from the log.",
        footer = {
            "",
            "A film starts with the last keyframe at or before --from; captures hold exactly the packets of the range.",
            "Times are written as in weir log.",
            "",
            "  weir export --stream lobby --from -5m --output incident.mp4",
            "  weir export --stream lobby --from 14:00:00 --to 14:01:30 --output incident.pcap",
        },
        mixinStandardHelpOptions = true)
final class ExportCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private LogSource source = new LogSource();

    @Option(names = "--stream", paramLabel = "ID", required = true, description = "The stream.")
    private String stream = "";

    @Option(names = "--from", paramLabel = "PLACE", description = "Where to start (default: ${DEFAULT-VALUE}).")
    private String from = "beginning";

    @Option(names = "--to", paramLabel = "PLACE", description = "Where to stop (default: the end of the log).")
    private String to = "latest";

    @Option(
            names = "--epoch",
            paramLabel = "N",
            description = "Which publisher of the stream (default: the latest in the range).")
    @Nullable
    private Long epoch;

    @Option(names = "--rid", paramLabel = "RID", description = "Only this simulcast layer.")
    @Nullable
    private String rid;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "${COMPLETION-CANDIDATES} (default: by the name of the file).")
    @Nullable
    private ExportFormat format;

    @Option(names = "--output", paramLabel = "FILE", required = true, description = "The file to write.")
    private Path output = Path.of("");

    @Option(names = "--force", description = "Replace the file if it exists.")
    private boolean force;

    @Option(names = "--keep-damaged", description = "Keep pictures that miss packets.")
    private boolean keepDamaged;

    @Option(names = "--json", description = "Tell what was written as JSON.")
    private boolean json;

    @Override
    public Integer call() throws StartFailure, IOException, InterruptedException {
        ExportFormat wanted = format();
        LogPosition start = LogSource.position("--from", from);
        LogPosition end = LogSource.position("--to", to);
        PrintWriter err = spec.commandLine().getErr();
        ProgressLine progress = new ProgressLine(err, "export of '" + stream + "'");
        return source.read(spec, Optional.of(stream), reader -> {
            OptionalLong number = epoch == null ? OptionalLong.empty() : OptionalLong.of(epoch);
            Selection selection = Selection.find(
                    reader,
                    stream,
                    start,
                    end,
                    number,
                    Optional.ofNullable(rid),
                    note -> err.println("weir: " + note),
                    (done, total) -> progress.tell("looking for the publisher"));
            Export export = new Export(reader, selection, note -> err.println("weir: " + note));
            ExportReport report = export.write(wanted, output, force, keepDamaged, progress);
            progress.clear();
            spec.commandLine().getOut().println(json ? report.json() : report.text());
            return 0;
        });
    }

    private ExportFormat format() throws StartFailure {
        if (format != null) {
            return format;
        }
        return ExportFormat.ofFileName(output.toString())
                .orElseThrow(() -> new StartFailure(
                        output + " does not tell the format: name it with --format mp4, webm, mkv, pcap or rtpdump"));
    }
}
