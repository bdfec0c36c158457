package dev.weir.standalone;

import dev.weir.standalone.export.Export;
import dev.weir.standalone.export.ExportFormat;
import dev.weir.standalone.export.ExportReport;
import dev.weir.standalone.process.StartFailure;
import java.io.IOException;
import java.nio.file.Path;
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
            "A film starts with the last keyframe at or before --from; without --from with",
            "the first sound or keyframe.",
            "Captures hold exactly the packets of the range.",
            "Times are written as in weir log.",
            "",
            "  weir export --stream lobby --from -5m --output incident.mp4",
            "  weir export --stream lobby --from 14:00:00 --to 14:01:30 --output part.pcap",
        },
        mixinStandardHelpOptions = true)
final class ExportCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private LogSource source = new LogSource();

    @Mixin
    private LogRange range = new LogRange();

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
        return range.read(spec, source, "export", (reader, selection, notes, progress) -> {
            Export export = new Export(reader, selection, notes);
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
