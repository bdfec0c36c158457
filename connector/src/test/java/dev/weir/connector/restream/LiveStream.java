package dev.weir.connector.restream;

import dev.weir.connector.media.EncodedStream;
import dev.weir.connector.media.LogOf;
import dev.weir.connector.media.RtpPayloads;
import dev.weir.schemas.EndOfStream;
import dev.weir.schemas.LogEntry;
import dev.weir.schemas.LogPacket;
import dev.weir.schemas.RelayBatch;
import dev.weir.schemas.SenderReport;
import dev.weir.schemas.TrackConfiguration;
import dev.weir.schemas.TrackInfo;
import dev.weir.webrtc.codec.Codec;
import dev.weir.webrtc.codec.PayloadFormat;
import dev.weir.webrtc.rtp.MediaKind;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * A publisher: writes encoded streams into a log in real time, again and again, as a gateway would. Each picture but of VP8
 * carries the time at which it was logged.
 */
final class LiveStream implements AutoCloseable {
    private static final long BATCH_MICROS = 40_000;
    private static final long NTP_OFFSET_SECONDS = 2_208_988_800L;
    private static final long CONFIGURATION_MICROS = 2_000_000;

    private final TestLog log;
    private final List<EncodedStream> streams;
    private final long epoch;
    private final Thread thread = new Thread(this::run, "live-stream");
    private final long[] next;
    private final long[] sequences;
    private volatile boolean running = true;
    private long batches;

    LiveStream(TestLog log, long epoch, EncodedStream... streams) {
        this.log = log;
        this.epoch = epoch;
        this.streams = List.of(streams);
        this.next = new long[streams.length];
        this.sequences = new long[streams.length];
        thread.setDaemon(true);
    }

    LiveStream start() {
        thread.start();
        return this;
    }

    static long nowMicros() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    }

    private void run() {
        long startMicros = nowMicros();
        long configured = Long.MIN_VALUE;
        for (long until = BATCH_MICROS; running; until += BATCH_MICROS) {
            LockSupport.parkNanos(Math.max(0, startMicros + until - nowMicros()) * 1_000);
            if (nowMicros() < startMicros + until) {
                until -= BATCH_MICROS;
                continue;
            }
            List<LogEntry> entries = new ArrayList<>();
            if (configured == Long.MIN_VALUE || until - configured >= CONFIGURATION_MICROS) {
                configured = until;
                entries.add(configuration());
            }
            for (int track = 0; track < streams.size(); track++) {
                add(entries, track, startMicros, until);
            }
            log.append(new RelayBatch(LogOf.STREAM, epoch, batches++, startMicros + until - BATCH_MICROS, entries));
        }
        EndOfStream end = new EndOfStream(nowMicros(), "publisher left");
        log.append(new RelayBatch(LogOf.STREAM, epoch, batches++, nowMicros(), List.of(end)));
    }

    private TrackConfiguration configuration() {
        List<TrackInfo> tracks = new ArrayList<>();
        for (int i = 0; i < streams.size(); i++) {
            Codec codec = streams.get(i).codec();
            boolean video = codec.kind() == MediaKind.VIDEO;
            tracks.add(new TrackInfo(
                    i,
                    video ? "video" : "audio",
                    video ? "video" : "audio",
                    codec.encodingName(),
                    codec.clockRateHz(),
                    video ? 0 : codec == Codec.OPUS ? 2 : 1,
                    codec == Codec.H264 ? "packetization-mode=1;profile-level-id=42e01f" : "",
                    List.of()));
        }
        return new TrackConfiguration(tracks);
    }

    private void add(List<LogEntry> entries, int track, long startMicros, long untilMicros) {
        EncodedStream stream = streams.get(track);
        int rate = stream.codec().clockRateHz();
        while (next[track] * stream.ticksPerUnit() * 1_000_000 / rate < untilMicros) {
            long unit = next[track]++;
            long ticks = unit * stream.ticksPerUnit();
            long arrival = startMicros + ticks * 1_000_000 / rate;
            ByteBuffer data = stream.units().get((int) (unit % stream.units().size()));
            if (stream.codec().kind() == MediaKind.VIDEO) {
                data = TimeMark.into(data, stream.codec(), arrival);
            }
            if (unit % 25 == 0) {
                long ntp = (arrival / 1_000_000 + NTP_OFFSET_SECONDS) << 32 | ((arrival % 1_000_000) << 32) / 1_000_000;
                entries.add(new SenderReport(track, "", ntp, ticks, arrival));
            }
            List<ByteBuffer> payloads = RtpPayloads.of(stream.codec(), data, (int) unit);
            PayloadFormat format = PayloadFormat.of(stream.codec());
            for (int i = 0; i < payloads.size(); i++) {
                entries.add(new LogPacket(
                        track,
                        "",
                        96 + track,
                        (int) (1_000L * (track + 1) + epoch),
                        sequences[track]++,
                        ticks,
                        i + 1 == payloads.size() && stream.codec().kind() == MediaKind.VIDEO,
                        format.isKeyframeStart(payloads.get(i)),
                        arrival,
                        payloads.get(i)));
            }
        }
    }

    /** Ends the stream, as a publisher that leaves. */
    @Override
    public void close() {
        running = false;
        TaskBed.join(thread);
    }
}
