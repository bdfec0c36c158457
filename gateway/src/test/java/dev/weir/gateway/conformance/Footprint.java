package dev.weir.gateway.conformance;

import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What this process holds now.
 *
 * @param heapBytes after a collection
 * @param nativeBufferBytes direct buffers
 * @param descriptors open files and sockets
 */
record Footprint(long heapBytes, int threads, long nativeBufferBytes, long descriptors) {
    static Footprint now() throws IOException {
        Runtime runtime = Runtime.getRuntime();
        // Twice: what the first leaves to finalizers and reference queues, the second takes.
        System.gc();
        System.gc();
        long heap = runtime.totalMemory() - runtime.freeMemory();
        long buffers = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return new Footprint(heap, ManagementFactory.getThreadMXBean().getThreadCount(), buffers, open.count());
        }
    }

    @Override
    public String toString() {
        return heapBytes / 1_000 + " kB heap, " + threads + " threads, " + nativeBufferBytes / 1_000
                + " kB direct buffers, " + descriptors + " descriptors";
    }
}
