package dev.weir.standalone.export;

import dev.weir.schemas.LogEntry;
import dev.weir.schemas.LogPacket;
import dev.weir.schemas.RelayBatch;
import dev.weir.standalone.journal.EpochScan;
import dev.weir.standalone.journal.EpochSpan;
import dev.weir.standalone.journal.LogPosition;
import dev.weir.standalone.journal.LogPosition.Kind;
import dev.weir.standalone.journal.LogReader;
import dev.weir.standalone.journal.LogRecord;
import dev.weir.standalone.process.StartFailure;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The part of the log that a user asked for: one epoch of one stream between two times.
 *
 * @param stream the stream
 * @param span where the epoch lies, from some seconds before {@code fromMicros} on
 * @param fromMicros first arrival, microseconds since 1970; {@link Long#MIN_VALUE} = the whole stream, 0 = from some record on
 * @param toMicros arrivals end before this; {@link Long#MAX_VALUE} = to the end
 * @param rid the only simulcast layer to take; empty = all
 */
public record Selection(String stream, EpochSpan span, long fromMicros, long toMicros, Optional<String> rid) {

    /** How far before the start is read, to find the tracks, the clocks' relation and a keyframe. */
    private static final long PREROLL_MICROS = 30_000_000;

    /**
     * Looks for the epoch.
     *
     * @param epoch the wanted one; empty = the newest in the range
     * @param notes told what the user should know
     * @throws StartFailure when there is none; the message says what there is
     */
    public static Selection find(
            LogReader reader,
            String stream,
            LogPosition from,
            LogPosition to,
            OptionalLong epoch,
            Optional<String> rid,
            Consumer<String> notes,
            LogReader.Progress progress)
            throws StartFailure {
        boolean timed = from.kind() == Kind.TIME;
        reader.seek(timed ? LogPosition.atMicros(from.value() - PREROLL_MICROS) : from);
        EpochScan scan = EpochScan.read(reader, stream, to, progress);
        long fromMicros = timed ? from.value() : from.kind() == Kind.BEGINNING ? Long.MIN_VALUE : 0;
        List<EpochSpan> inRange = scan.epochs().stream()
                .filter(span -> span.lastMillis() * 1_000 + 999 >= fromMicros)
                .toList();
        if (inRange.isEmpty()) {
            throw nothing(stream, scan, from, to);
        }
        EpochSpan chosen = inRange.get(inRange.size() - 1);
        if (epoch.isPresent()) {
            chosen = scan.epoch(epoch.getAsLong())
                    .orElseThrow(() -> new StartFailure("stream '" + stream + "' has no epoch " + epoch.getAsLong()
                            + " in this range; it has " + list(inRange)));
        } else if (inRange.size() > 1) {
            notes.accept(inRange.size() + " publishers in this range: " + list(inRange) + "; taking epoch "
                    + chosen.epoch() + ", another one goes into --epoch");
        }
        long toMicros = to.kind() == Kind.TIME ? to.value() : Long.MAX_VALUE;
        return new Selection(stream, chosen, fromMicros, toMicros, rid);
    }

    private static StartFailure nothing(String stream, EpochScan scan, LogPosition from, LogPosition to) {
        String others = scan.otherStreams().stream().limit(20).collect(Collectors.joining(", "))
                + (scan.otherStreams().size() > 20 ? ", …" : "");
        String there = scan.otherStreams().isEmpty() ? "there is nothing at all" : "there are: " + others;
        boolean all = from.equals(LogPosition.BEGINNING) && to.equals(LogPosition.END);
        return new StartFailure(
                all
                        ? "no stream '" + stream + "' in the log; " + there
                        : "nothing of stream '" + stream + "' in this range of the log; " + there);
    }

    private static String list(List<EpochSpan> spans) {
        return spans.stream()
                .map(span -> span.epoch() + " (" + Instant.ofEpochMilli(span.firstMillis()) + " to "
                        + Instant.ofEpochMilli(span.lastMillis()) + ")")
                .collect(Collectors.joining(", "));
    }

    /**
     * Hands over the records of the epoch without the packets behind the end and those of other layers.
     *
     * @param sink returns false to stop
     */
    public void read(LogReader reader, Predicate<LogRecord> sink, LogReader.Progress progress) {
        reader.seek(span.partition(), span.firstOffset());
        reader.readBefore(
                new LogPosition(Kind.OFFSET, span.lastOffset() + 1),
                record -> record.batch().epoch() != span.epoch()
                        || sink.test(new LogRecord(
                                record.partition(), record.offset(), record.bytes(), trimmed(record.batch()))),
                progress);
    }

    private RelayBatch trimmed(RelayBatch batch) {
        List<LogEntry> kept = new ArrayList<>(batch.entries().size());
        for (LogEntry entry : batch.entries()) {
            if (!(entry instanceof LogPacket packet) || isWanted(packet)) {
                kept.add(entry);
            }
        }
        return kept.size() == batch.entries().size()
                ? batch
                : new RelayBatch(
                        batch.streamId(), batch.epoch(), batch.batchNumber(), batch.firstArrivalMicros(), kept);
    }

    private boolean isWanted(LogPacket packet) {
        boolean layer = rid.isEmpty() || packet.rid().isEmpty() || packet.rid().equals(rid.get());
        return layer && packet.arrivalMicros() < toMicros;
    }

    /** Returns whether a packet lies in the range, its start included. */
    public boolean holds(LogPacket packet) {
        return packet.arrivalMicros() >= fromMicros && isWanted(packet);
    }
}
