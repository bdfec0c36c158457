package dev.weir.standalone;

import dev.weir.connector.config.ArchiveSinkConfig;
import dev.weir.standalone.process.StartFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of every command that reads an archive: where it is. */
final class ArchiveSource {

    @Option(
            names = "--archive",
            paramLabel = "DIR",
            description = "Folder of the archive (default: that of the demo in --data).")
    @Nullable
    private Path archive;

    @Option(
            names = "--connector",
            paramLabel = "FILE",
            description =
                    "Settings of the archive sink, JSON or properties as Connect has them: S3, prefix and the like;"
                            + " $${file:…}, $${directory:…} and $${env:…} are looked up here.")
    @Nullable
    private Path connector;

    /** Returns the settings of the sink that writes the archive; {@code data} is the data folder of the demo. */
    ArchiveSinkConfig config(Path data) throws StartFailure {
        Map<String, String> settings = connector == null ? new HashMap<>() : ConnectorSettings.read(connector);
        if (archive != null || connector == null) {
            Path folder = archive == null ? data.resolve("archive") : archive;
            if (!Files.isDirectory(folder)) {
                throw new StartFailure("no folder " + folder + ": name it with --archive, or the sink's settings with"
                        + " --connector");
            }
            settings.put(ArchiveSinkConfig.STORE, "file");
            settings.put(ArchiveSinkConfig.DIRECTORY, folder.toString());
        }
        settings.putIfAbsent("topics", "weir.media.v1");
        try {
            return new ArchiveSinkConfig(settings);
        } catch (ConfigException e) {
            throw new StartFailure(connector + ": " + e.getMessage(), e);
        }
    }
}
