package dev.weir.connector.media;

import dev.weir.connector.media.LogOf.Timing;
import dev.weir.schemas.EndOfStream;
import dev.weir.schemas.LogEntry;
import dev.weir.schemas.LogPacket;
import dev.weir.schemas.RelayBatch;
import dev.weir.schemas.RelayBatchCodec;
import dev.weir.schemas.SenderReport;
import dev.weir.webrtc.codec.Codec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * Five epochs of four streams, interleaved by arrival: plain, with loss and reordering, audio only, one epoch without an
 * end that another replaces.
 */
public record MixedLog(List<RelayBatch> batches) {
    /** Copies the list. */
    public MixedLog {
        batches = List.copyOf(batches);
    }

    /** Returns the record values. */
    public List<byte[]> records() {
        return records(streamId -> true);
    }

    /** Returns the record values of some streams. */
    public List<byte[]> records(Predicate<String> streams) {
        RelayBatchCodec codec = new RelayBatchCodec();
        return batches.stream()
                .filter(batch -> streams.test(batch.streamId()))
                .map(codec::encode)
                .toList();
    }

    /** Makes a log of so many seconds; FFmpeg works in {@code folder}. */
    public static MixedLog in(Path folder, int seconds) {
        EncodedStream h264 = EncodedStream.video(folder, Codec.H264, EncodedStream.picture(160, 120), seconds, 25);
        EncodedStream vp8 =
                EncodedStream.video(folder, Codec.VP8, EncodedStream.picture(160, 120), seconds * 4 / 7, 25);
        EncodedStream opus = EncodedStream.audio(folder, Codec.OPUS, "sine=frequency=440", seconds);
        List<RelayBatch> batches = new ArrayList<>();
        LogOf full = new LogOf().track(h264, Timing.DIRECT).track(opus, new Timing(0, 30_000, true));
        batches.addAll(as("main", 7, 0, full.batches()));
        LogOf lossy = new LogOf().track(h264, new Timing(0, 20_000, true)).track(opus, Timing.DIRECT);
        batches.addAll(as("lossy", 5, 1_300_000, lossy.batches(lossAndReordering(99))));
        batches.addAll(
                as("audio", 3, 700_000, new LogOf().track(opus, Timing.DIRECT).batches()));
        LogOf webm = new LogOf().track(vp8, Timing.DIRECT).track(opus, Timing.DIRECT);
        batches.addAll(withoutEnd(as("vp8", 1, 0, webm.batches())));
        batches.addAll(as("vp8", 2, 15_000_000, webm.batches()));
        batches.sort(Comparator.comparingLong(RelayBatch::firstArrivalMicros));
        return new MixedLog(batches);
    }

    private static UnaryOperator<List<LogEntry>> lossAndReordering(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        return entries -> {
            List<LogEntry> changed = new ArrayList<>();
            for (LogEntry entry : entries) {
                if (random.nextInt(150) == 0 && entry instanceof LogPacket) {
                    continue;
                }
                int back = random.nextInt(20) == 0 ? Math.min(changed.size(), random.nextInt(8)) : 0;
                changed.add(changed.size() - back, entry);
            }
            return changed;
        };
    }

    /** Gives a log another name and epoch, starts it later, and stamps every batch with its own first arrival. */
    public static List<RelayBatch> as(String streamId, long epoch, long delayMicros, List<RelayBatch> batches) {
        List<RelayBatch> renamed = new ArrayList<>();
        long arrivalMicros = batches.get(0).firstArrivalMicros();
        for (RelayBatch batch : batches) {
            List<LogEntry> entries = new ArrayList<>();
            for (LogEntry entry : batch.entries()) {
                entries.add(later(entry, delayMicros));
                if (entry instanceof LogPacket packet) {
                    arrivalMicros = Math.max(arrivalMicros, packet.arrivalMicros());
                }
            }
            renamed.add(new RelayBatch(streamId, epoch, batch.batchNumber(), arrivalMicros + delayMicros, entries));
        }
        return renamed;
    }

    private static LogEntry later(LogEntry entry, long delayMicros) {
        if (entry instanceof SenderReport report) {
            return new SenderReport(
                    report.trackIndex(),
                    report.rid(),
                    report.ntpTimestamp(),
                    report.extendedTimestamp(),
                    report.arrivalMicros() + delayMicros);
        }
        if (entry instanceof EndOfStream end) {
            return new EndOfStream(end.arrivalMicros() + delayMicros, end.reason());
        }
        if (!(entry instanceof LogPacket packet)) {
            return entry;
        }
        return new LogPacket(
                packet.trackIndex(),
                packet.rid(),
                packet.payloadType(),
                packet.ssrc(),
                packet.extendedSequence(),
                packet.extendedTimestamp(),
                packet.marker(),
                packet.keyframeStart(),
                packet.arrivalMicros() + delayMicros,
                packet.payload());
    }

    /** Returns the log of a publisher that vanishes without a word. */
    public static List<RelayBatch> withoutEnd(List<RelayBatch> batches) {
        return batches.stream()
                .map(batch -> new RelayBatch(
                        batch.streamId(),
                        batch.epoch(),
                        batch.batchNumber(),
                        batch.firstArrivalMicros(),
                        batch.entries().stream()
                                .filter(entry -> !(entry instanceof EndOfStream))
                                .toList()))
                .toList();
    }
}
