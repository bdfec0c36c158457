package dev.weir.standalone;

import dev.weir.connector.ArchiveSinkTask;
import dev.weir.connector.archive.LogCopies;
import dev.weir.connector.config.ArchiveSinkConfig;
import dev.weir.connector.store.ObjectStore;
import dev.weir.standalone.process.StartFailure;
import dev.weir.standalone.restore.Restore;
import dev.weir.standalone.restore.RestoreReport;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Puts copies of the log back into Kafka. */
@Command(
        name = "restore",
        description = "Put a stream's records back into Kafka, from an archive that keeps copies of them"
                + " (archive.container=avro).",
        footer = {
            "",
            "Records get their keys, values, headers and time stamps again, and new offsets.",
            "What the topic holds already is left out, so the command may be run again. A",
            "topic that does not exist is made.",
            "",
            "  weir archive restore --stream lobby --connector copy.json \\",
            "    --topic weir.media.restored",
            "  weir export --stream lobby --topic weir.media.restored --output lobby.mp4",
        },
        mixinStandardHelpOptions = true)
final class ArchiveRestoreCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private LogSource target = new LogSource();

    @Mixin
    private ArchiveSource archive = new ArchiveSource();

    @Option(names = "--stream", paramLabel = "ID", required = true, description = "The stream.")
    private String stream = "";

    @Option(names = "--epoch", paramLabel = "N", description = "Only this publisher of the stream (default: all).")
    @Nullable
    private Long epoch;

    @Option(names = "--json", description = "Tell what was written as JSON.")
    private boolean json;

    @Override
    public Integer call() throws StartFailure, IOException, InterruptedException {
        ArchiveSinkConfig config = archive.config(target.data());
        ProgressLine progress = new ProgressLine(spec.commandLine().getErr(), "restoring '" + stream + "'");
        OptionalLong wanted = epoch == null ? OptionalLong.empty() : OptionalLong.of(epoch);
        try (ObjectStore store = ArchiveSinkTask.openStore(config)) {
            LogCopies copies = new LogCopies(store, ArchiveSinkTask.settings(config), stream);
            return target.read(spec, Optional.of(stream), reader -> {
                Restore restore = new Restore(copies, reader, target.client(), target.topic(), stream);
                RestoreReport report = restore.run(wanted, progress);
                progress.clear();
                spec.commandLine().getOut().println(json ? report.json() : report.text());
                return 0;
            });
        }
    }
}
