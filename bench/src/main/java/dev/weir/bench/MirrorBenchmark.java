package dev.weir.bench;

import dev.weir.gateway.facts.FactSink;
import dev.weir.gateway.facts.FrameTracker;
import dev.weir.gateway.mirror.PacketEntry;
import dev.weir.gateway.relay.RelayPacket;
import dev.weir.schemas.FrameMeta;
import dev.weir.schemas.LogEntry;
import dev.weir.schemas.MetadataCodec;
import dev.weir.schemas.RelayBatch;
import dev.weir.schemas.RelayBatchCodec;
import dev.weir.schemas.SessionEvent;
import dev.weir.schemas.StreamState;
import dev.weir.schemas.TrackStats;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Measures what the mirror spends on a packet before Kafka's producer: encoding a batch of ten, and following and encoding
 * the frame that they are. Both per packet.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class MirrorBenchmark {
    private static final int PACKETS = 10;

    private final RelayBatchCodec codec = new RelayBatchCodec();
    private final Encoding sink = new Encoding();
    private FrameTracker tracker = new FrameTracker("bench", 1, 0, sink);
    private List<RelayPacket> packets = List.of();
    private long frame;

    /** Encodes the frames that it is told. */
    private static final class Encoding implements FactSink {
        private final MetadataCodec<FrameMeta> frames = MetadataCodec.frames();
        private long bytes;

        @Override
        public void frames(List<? extends Supplier<FrameMeta>> told) {
            for (Supplier<FrameMeta> frame : told) {
                bytes += frames.encode(frame.get()).length;
            }
        }

        @Override
        public void session(SessionEvent event) {}

        @Override
        public void stats(TrackStats stats) {}

        @Override
        public void stream(StreamState state) {}
    }

    @Setup
    public void publish() {
        tracker = new FrameTracker("bench", 1, 0, sink);
        tracker.tracks(List.of(MirrorTraffic.VIDEO));
        packets = MirrorTraffic.frame(1, 0, PACKETS);
    }

    /** Returns the length of the encoded batch. */
    @Benchmark
    @OperationsPerInvocation(PACKETS)
    public int encodeBatch() {
        List<LogEntry> entries = new ArrayList<>(PACKETS);
        for (RelayPacket packet : packets) {
            entries.add(PacketEntry.of(packet));
        }
        return codec.encode(new RelayBatch("bench", 1, frame++, packets.get(0).arrivalMicros(), entries)).length;
    }

    /** Returns the bytes of the frame records so far; making the packets is part of it. */
    @Benchmark
    @OperationsPerInvocation(PACKETS)
    public long followFrame() {
        long number = frame++;
        for (RelayPacket packet : MirrorTraffic.frame(1, number, PACKETS)) {
            tracker.packet(packet, number);
        }
        tracker.acknowledged(number, OptionalLong.of(number), 0);
        return sink.bytes;
    }
}
