package dev.weir.standalone.export;

import dev.weir.schemas.LogEntry;
import dev.weir.schemas.LogPacket;
import dev.weir.schemas.TrackConfiguration;
import dev.weir.schemas.TrackInfo;
import dev.weir.standalone.journal.LogReader;
import dev.weir.standalone.journal.LogRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes the packets of a selection as they were received, in the order of their arrival. One thread. */
final class PacketExport {
    private static final int FIRST_PORT = 5_004;

    private final Selection selection;
    private final PacketFile file;
    private final Map<Integer, TrackInfo> tracks = new HashMap<>();
    private final Map<String, Integer> ports = new LinkedHashMap<>();
    private final Map<String, Long> packets = new LinkedHashMap<>();
    private long count;
    private long firstMicros;
    private long lastMicros;

    PacketExport(Selection selection, PacketFile file) {
        this.selection = selection;
        this.file = file;
    }

    void run(LogReader reader, LogReader.Progress progress) throws IOException {
        try {
            selection.read(reader, this::add, progress);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        file.flush();
    }

    private boolean add(LogRecord record) {
        for (LogEntry entry : record.batch().entries()) {
            if (entry instanceof TrackConfiguration configuration) {
                configuration.tracks().forEach(track -> tracks.put(track.trackIndex(), track));
            } else if (entry instanceof LogPacket packet && selection.holds(packet)) {
                add(packet);
            }
        }
        return true;
    }

    private void add(LogPacket packet) {
        String track = name(packet);
        int port = ports.computeIfAbsent(track, name -> FIRST_PORT + 2 * ports.size());
        packets.merge(track, 1L, Long::sum);
        firstMicros = count == 0 ? packet.arrivalMicros() : firstMicros;
        lastMicros = packet.arrivalMicros();
        count++;
        try {
            file.add(packet, port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String name(LogPacket packet) {
        TrackInfo info = tracks.get(packet.trackIndex());
        String id = info == null ? "track" + packet.trackIndex() : info.trackId();
        return packet.rid().isEmpty() ? id : id + ":" + packet.rid();
    }

    long count() {
        return count;
    }

    long durationMicros() {
        return lastMicros - firstMicros;
    }

    /** Returns the UDP port of each track and layer. */
    Map<String, Integer> ports() {
        return ports;
    }

    /** Returns the packets of each track and layer. */
    Map<String, Long> packets() {
        return packets;
    }
}
