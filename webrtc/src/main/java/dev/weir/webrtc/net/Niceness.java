package dev.weir.webrtc.net;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Lets threads give way to the media where processors are short: nice values (setpriority(2)), which Linux keeps for each thread
 * and anybody may raise. Elsewhere, and without JNA, nothing happens. Any thread.
 */
public final class Niceness {
    /** A tenth of the share that a thread of media has (sched(7)); what nobody else wants is there all the same. */
    public static final int BACKGROUND = 10;

    private static final Path THREADS = Path.of("/proc/self/task");
    private static final int CALLER = 0;

    private Niceness() {}

    /** Makes the calling thread, and what it starts from now on, as nice as {@code nice}; returns whether that worked. */
    public static boolean raise(int nice) {
        return set(CALLER, nice);
    }

    /**
     * Makes the JVM's just-in-time compilers as nice as {@code nice}, and so those that it starts later; returns how many. In the
     * first minutes of a process and in a storm of joins they want a whole processor, which the loops then lack.
     */
    public static int raiseCompilers(int nice) {
        int raised = 0;
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(THREADS)) {
            for (Path thread : threads) {
                if (isCompiler(thread)
                        && set(Integer.parseInt(thread.getFileName().toString()), nice)) {
                    raised++;
                }
            }
        } catch (IOException e) {
            // No /proc: not Linux, or one that shows nothing.
            return raised;
        }
        return raised;
    }

    /** The kernel keeps the first 15 letters of a name: "C1 CompilerThre". */
    private static boolean isCompiler(Path thread) {
        try {
            String name = Files.readString(thread.resolve("comm"));
            return name.startsWith("C1 Compiler") || name.startsWith("C2 Compiler");
        } catch (IOException e) {
            return false; // It has just ended.
        }
    }

    private static boolean set(int thread, int nice) {
        try {
            LibC.bind();
            return LibC.setpriority(LibC.PRIO_PROCESS, thread, nice) == 0;
        } catch (LinkageError e) {
            return false;
        }
    }
}
