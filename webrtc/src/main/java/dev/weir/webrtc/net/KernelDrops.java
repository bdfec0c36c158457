package dev.weir.webrtc.net;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** Reads how many datagrams the kernel dropped because a socket's receive buffer was full: nobody else knows. */
final class KernelDrops {
    private static final List<Path> TABLES = List.of(Path.of("/proc/net/udp"), Path.of("/proc/net/udp6"));

    private KernelDrops() {}

    /** Returns the drops of all open sockets that are bound to one of {@code ports}; 0 where there is no such table. */
    static long of(Set<Integer> ports) {
        long drops = 0;
        try {
            for (Path table : TABLES) {
                drops += Files.isReadable(table) ? in(Files.readAllLines(table), ports) : 0;
            }
            return drops;
        } catch (IOException e) {
            return 0;
        }
    }

    /** Returns the sum of the last column of the lines whose second one ends with one of the ports, in hexadecimal. */
    static long in(List<String> lines, Set<Integer> ports) {
        long drops = 0;
        for (String line : lines) {
            String[] columns = line.strip().split("\\s+", -1);
            if (columns.length > 12 && columns[1].contains(":") && ports.contains(port(columns[1]))) {
                drops += Long.parseLong(columns[columns.length - 1]);
            }
        }
        return drops;
    }

    private static int port(String address) {
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1), 16);
    }
}
