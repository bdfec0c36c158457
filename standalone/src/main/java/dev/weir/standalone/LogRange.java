package dev.weir.standalone;

import dev.weir.standalone.export.Selection;
import dev.weir.standalone.journal.LogPosition;
import dev.weir.standalone.journal.LogReader;
import dev.weir.standalone.process.StartFailure;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** The options of every command that takes a stretch of one stream out of the log, and the search for it. */
final class LogRange {

    @Option(names = "--stream", paramLabel = "ID", required = true, description = "The stream in the log.")
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

    @Option(
            names = "--rid",
            paramLabel = "RID",
            description = "The simulcast layer (default: the best one; captures take all).")
    @Nullable
    private String rid;

    /** What is done with the stretch, once it is found. */
    interface Use {
        int use(LogReader reader, Selection selection, Consumer<String> notes, ProgressLine progress)
                throws StartFailure, IOException, InterruptedException;
    }

    /** Opens the log, looks for the stretch and does {@code use} with it; {@code what} names the work on the progress line. */
    int read(CommandSpec command, LogSource source, String what, Use use)
            throws StartFailure, IOException, InterruptedException {
        LogPosition start = LogSource.position("--from", from);
        LogPosition end = LogSource.position("--to", to);
        Consumer<String> notes = note -> command.commandLine().getErr().println("weir: " + note);
        ProgressLine progress = new ProgressLine(command.commandLine().getErr(), what + " of '" + stream + "'");
        return source.read(command, Optional.of(stream), reader -> {
            Selection selection = Selection.find(
                    reader,
                    stream,
                    start,
                    end,
                    epoch == null ? OptionalLong.empty() : OptionalLong.of(epoch),
                    Optional.ofNullable(rid),
                    notes,
                    (done, total) -> progress.tell("looking for the publisher"));
            return use.use(reader, selection, notes, progress);
        });
    }
}
