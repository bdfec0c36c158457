package dev.weir.standalone.process;

import java.nio.file.Path;
import java.util.List;

/**
 * Describes a child JVM.
 *
 * @param name what the user reads, and the stem of its log files
 * @param mainClass its main class, which must speak through {@link ParentLink}
 * @param classPath its class path
 * @param jvmFlags flags before the main class
 * @param arguments arguments behind it
 * @param logs folder for {@code NAME.log}
 */
public record ChildSpec(
        String name, String mainClass, String classPath, List<String> jvmFlags, List<String> arguments, Path logs) {

    /** Copies the lists. */
    public ChildSpec {
        jvmFlags = List.copyOf(jvmFlags);
        arguments = List.copyOf(arguments);
    }

    /** Returns the file that its log goes to. */
    public Path logFile() {
        return logs.resolve(name + ".log");
    }
}
