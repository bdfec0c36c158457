package dev.weir.connector.media;

import dev.weir.schemas.EndOfStream;
import dev.weir.schemas.LogEntry;
import dev.weir.schemas.LogPacket;
import dev.weir.schemas.RelayBatch;
import dev.weir.schemas.SenderReport;
import dev.weir.schemas.TrackConfiguration;
import dev.weir.schemas.TrackInfo;
import dev.weir.webrtc.codec.PayloadFormat;
import dev.weir.webrtc.rtp.MediaKind;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.UnaryOperator;

/** Builds the log of one epoch from encoded streams: what the gateway would have written. */
public final class LogOf {
    /** The stream's name. */
    public static final String STREAM = "camera";

    /** The epoch. */
    public static final long EPOCH = 7;

    private static final long START_MICROS = 1_790_000_000_000_000L;
    private static final long NTP_OFFSET_SECONDS = 2_208_988_800L;

    private record Timed(long arrivalMicros, LogEntry entry) {}

    private final List<TrackInfo> tracks = new ArrayList<>();
    private final List<Timed> entries = new ArrayList<>();
    private boolean configureAtStart = true;

    /** How a track behaves. */
    public record Timing(long captureDelayMicros, long networkDelayMicros, boolean reports) {
        /** Captured and sent at once, with reports. */
        public static final Timing DIRECT = new Timing(0, 0, true);
    }

    /** Adds a stream as the next track. */
    public LogOf track(EncodedStream stream, Timing timing) {
        return track(stream, timing, "", 0, 0);
    }

    /**
     * Adds a stream as the next track, or as a further layer.
     *
     * @param rid the layer
     * @param offsetMicros when it starts
     * @param index 0 = a new track, else the distance back to the track that it is a layer of
     */
    public LogOf track(EncodedStream stream, Timing timing, String rid, long offsetMicros, int index) {
        int track = tracks.size() - index;
        boolean video = stream.codec().kind() == MediaKind.VIDEO;
        int rate = stream.codec().clockRateHz();
        if (index == 0) {
            tracks.add(new TrackInfo(
                    track,
                    video ? "video" : "audio",
                    video ? "video" : "audio",
                    stream.codec().encodingName(),
                    rate,
                    video ? 0 : stream.ticksPerUnit() == 960 ? 2 : 1,
                    "",
                    List.of()));
        }
        PayloadFormat format = PayloadFormat.of(stream.codec());
        int ssrc = 1_000 * (track + 1) + rid.hashCode();
        long sequence = 65_500 + 100L * track;
        long base = 0xFFFF_0000L + 12_345L * (track + 1) + rid.hashCode();
        for (int i = 0; i < stream.units().size(); i++) {
            long ticks = (long) i * stream.ticksPerUnit();
            long captured = offsetMicros + ticks * 1_000_000 / rate;
            long arrival = START_MICROS + captured + timing.captureDelayMicros + timing.networkDelayMicros;
            if (timing.reports && i % 50 == 10) {
                entries.add(new Timed(arrival, report(track, rid, captured, base + ticks, arrival)));
            }
            List<ByteBuffer> payloads =
                    RtpPayloads.of(stream.codec(), stream.units().get(i), i);
            for (int j = 0; j < payloads.size(); j++) {
                ByteBuffer payload = payloads.get(j);
                boolean marker = j + 1 == payloads.size() && video;
                long at = arrival + 100L * j;
                entries.add(new Timed(
                        at,
                        new LogPacket(
                                track,
                                rid,
                                96 + track,
                                ssrc,
                                sequence++,
                                base + ticks,
                                marker,
                                format.isKeyframeStart(payload),
                                at,
                                payload)));
            }
        }
        return this;
    }

    private static SenderReport report(int track, String rid, long capturedMicros, long timestamp, long arrival) {
        long wall = START_MICROS + capturedMicros;
        long ntp = (wall / 1_000_000 + NTP_OFFSET_SECONDS) << 32 | ((wall % 1_000_000) << 32) / 1_000_000;
        return new SenderReport(track, rid, ntp, timestamp, arrival);
    }

    /** Adds any entry. */
    public LogOf entry(long atMicros, LogEntry entry) {
        entries.add(new Timed(START_MICROS + atMicros, entry));
        return this;
    }

    /** Returns the wall clock of a time of the stream. */
    public static long wall(long micros) {
        return START_MICROS + micros;
    }

    /** Leaves the list of tracks out. */
    public LogOf withoutConfiguration() {
        configureAtStart = false;
        return this;
    }

    /** Returns the entries in order of arrival, changed by {@code change}, in batches of ten, with an end. */
    public List<RelayBatch> batches(UnaryOperator<List<LogEntry>> change) {
        List<Timed> sorted = new ArrayList<>(entries);
        sorted.sort(Comparator.comparingLong(Timed::arrivalMicros));
        List<LogEntry> ordered = new ArrayList<>();
        if (configureAtStart) {
            ordered.add(new TrackConfiguration(tracks));
        }
        ordered.addAll(change.apply(sorted.stream().map(Timed::entry).toList()));
        ordered.add(new EndOfStream(sorted.get(sorted.size() - 1).arrivalMicros(), "publisher left"));
        List<RelayBatch> batches = new ArrayList<>();
        for (int at = 0; at < ordered.size(); at += 10) {
            batches.add(new RelayBatch(
                    STREAM,
                    EPOCH,
                    batches.size(),
                    sorted.get(0).arrivalMicros(),
                    ordered.subList(at, Math.min(at + 10, ordered.size()))));
        }
        return batches;
    }

    /**
     * Returns the batches of one track with the time stamps of pictures that are shown in another order than they are sent.
     *
     * @param order the place of each unit among the pictures as they are shown
     */
    public static List<RelayBatch> reordered(EncodedStream stream, List<Integer> order) {
        long ticks = stream.ticksPerUnit();
        return new LogOf().track(stream, Timing.DIRECT).batches(entries -> {
            List<LogEntry> changed = new ArrayList<>();
            long base = -1;
            for (LogEntry entry : entries) {
                if (entry instanceof LogPacket p) {
                    base = base < 0 ? p.extendedTimestamp() : base;
                    int unit = (int) ((p.extendedTimestamp() - base) / ticks);
                    changed.add(new LogPacket(
                            p.trackIndex(),
                            p.rid(),
                            p.payloadType(),
                            p.ssrc(),
                            p.extendedSequence(),
                            base + order.get(unit) * ticks,
                            p.marker(),
                            p.keyframeStart(),
                            p.arrivalMicros(),
                            p.payload()));
                } else {
                    changed.add(entry);
                }
            }
            return changed;
        });
    }

    /** Returns the entries in order of arrival. */
    public List<RelayBatch> batches() {
        return batches(UnaryOperator.identity());
    }
}
