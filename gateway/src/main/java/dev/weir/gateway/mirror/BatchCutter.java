package dev.weir.gateway.mirror;

import dev.weir.gateway.relay.RelayPacket;
import dev.weir.schemas.EndOfStream;
import dev.weir.schemas.Heartbeat;
import dev.weir.schemas.LogEntry;
import dev.weir.schemas.RelayBatch;
import dev.weir.schemas.SenderReport;
import dev.weir.schemas.TrackConfiguration;
import dev.weir.webrtc.rtp.MediaKind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Cuts one epoch of one stream into batches: at the end of a video frame once the batch is old enough, when it is too
 * old, or when it is full. Time is an argument; mirror thread.
 */
final class BatchCutter {
    private static final long CLOCK_STEP_MICROS = 1_000_000;

    private final String streamId;
    private final long epoch;
    private final int partition;
    private final MirrorConfig config;
    private final Consumer<OutgoingBatch> out;
    private final long minAgeMicros;
    private final long maxAgeMicros;

    private List<LogEntry> entries = new ArrayList<>();
    private int encodedBytes;
    private int packets;
    private long reservedBytes;
    private long firstArrivalMicros;
    private long lastArrivalMicros;
    private long batchNumber;
    private Optional<TrackConfiguration> configuration = Optional.empty();
    private long configurationWrittenMicros;
    private final Map<Source, SenderReport> reports = new LinkedHashMap<>();
    private boolean ended;

    /** Whose sender report it is. */
    private record Source(int trackIndex, String rid) {}

    BatchCutter(String streamId, long epoch, int partition, MirrorConfig config, Consumer<OutgoingBatch> out) {
        this.streamId = streamId;
        this.epoch = epoch;
        this.partition = partition;
        this.config = config;
        this.out = out;
        minAgeMicros = config.minBatchAge().toNanos() / 1000;
        maxAgeMicros = config.maxBatchAge().toNanos() / 1000;
    }

    long epoch() {
        return epoch;
    }

    boolean ended() {
        return ended;
    }

    /** Adds a packet, which holds {@code reserved} bytes of the buffer, and returns the number of the batch it is in. */
    long packet(RelayPacket packet, int reserved) {
        append(PacketEntry.of(packet), packet.arrivalMicros());
        long number = batchNumber;
        packets++;
        reservedBytes += reserved;
        long ageMicros = packet.arrivalMicros() - firstArrivalMicros;
        boolean frameEnds = packet.marker() && packet.mediaKind() == MediaKind.VIDEO;
        if ((frameEnds && ageMicros >= minAgeMicros) || tooOld(ageMicros)) {
            cut();
        }
        return number;
    }

    /** Adds the list of tracks, at once and then as the first entry of a batch every few seconds. */
    void configuration(TrackConfiguration tracks, long nowMicros) {
        cut();
        reports.clear();
        configuration = Optional.of(tracks);
        configurationWrittenMicros = nowMicros;
        append(tracks, nowMicros);
    }

    /** Repeats this list of tracks from the next time on. */
    void repeat(TrackConfiguration tracks) {
        configuration = Optional.of(tracks);
    }

    /** Adds a sender report; the latest ones are repeated with the list of tracks, for readers that begin there. */
    void report(SenderReport report) {
        append(report, report.arrivalMicros());
        reports.put(new Source(report.trackIndex(), report.rid()), report);
    }

    /** Adds an entry of another type. */
    void entry(LogEntry entry, long arrivalMicros) {
        append(entry, arrivalMicros);
    }

    /** Ends the epoch. */
    void end(String reason, long nowMicros) {
        if (!ended) {
            append(new EndOfStream(nowMicros, reason), nowMicros);
            ended = true;
            cut();
        }
    }

    /** Cuts a batch that has become too old, and breaks a silence with a heartbeat. */
    void tick(long nowMicros) {
        if (ended) {
            return;
        }
        if (entries.isEmpty()
                && batchNumber > 0
                && nowMicros - lastArrivalMicros >= config.heartbeatInterval().toNanos() / 1000) {
            append(new Heartbeat(nowMicros), nowMicros);
            cut();
        } else if (!entries.isEmpty() && tooOld(nowMicros - firstArrivalMicros)) {
            cut();
        }
    }

    /** A negative age means that the wall clock was set back: what is left of the batch's life is not known. */
    private boolean tooOld(long ageMicros) {
        return ageMicros >= maxAgeMicros || ageMicros < -CLOCK_STEP_MICROS;
    }

    private void append(LogEntry entry, long arrivalMicros) {
        int size = entry.maxEncodedBytes();
        if (encodedBytes + size > config.batchBytes()) {
            cut();
        }
        if (entries.isEmpty()) {
            firstArrivalMicros = arrivalMicros;
            repeatConfiguration(arrivalMicros);
        }
        put(entry, size);
        lastArrivalMicros = arrivalMicros;
    }

    private void repeatConfiguration(long arrivalMicros) {
        long intervalMicros = config.configurationInterval().toNanos() / 1000;
        if (configuration.isEmpty() || arrivalMicros - configurationWrittenMicros < intervalMicros) {
            return;
        }
        configurationWrittenMicros = arrivalMicros;
        TrackConfiguration repeated =
                new TrackConfiguration(configuration.get().tracks(), List.copyOf(reports.values()));
        put(repeated, repeated.maxEncodedBytes());
    }

    private void put(LogEntry entry, int size) {
        entries.add(entry);
        encodedBytes += size;
    }

    /** Ends the open batch, if there is one. */
    void cut() {
        if (entries.isEmpty()) {
            return;
        }
        RelayBatch batch = new RelayBatch(streamId, epoch, batchNumber++, firstArrivalMicros, entries);
        out.accept(new OutgoingBatch(batch, partition, packets, reservedBytes, lastArrivalMicros, ended));
        entries = new ArrayList<>();
        encodedBytes = 0;
        packets = 0;
        reservedBytes = 0;
    }
}
