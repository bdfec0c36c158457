package dev.weir.standalone.loadtest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** CPU time and memory of a process of this machine. */
record ProcessUsage(Duration cpu, long residentBytes) {
    private static final Path PROC = Path.of("/proc");

    /**
     * Looks at a process; its memory is 0 where there is no {@code /proc}.
     *
     * @throws IOException when there is no such process, or it does not tell
     */
    static ProcessUsage of(long pid) throws IOException {
        Duration cpu = ProcessHandle.of(pid)
                .flatMap(process -> process.info().totalCpuDuration())
                .orElseThrow(() -> new IOException("process " + pid + " is not there, or its CPU time cannot be seen"));
        return new ProcessUsage(
                cpu, residentBytes(PROC.resolve(Long.toString(pid)).resolve("status")));
    }

    private static long residentBytes(Path status) throws IOException {
        if (!Files.isReadable(status)) {
            return 0;
        }
        for (String line : Files.readAllLines(status)) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) * 1_024;
            }
        }
        return 0;
    }
}
