package dev.weir.gateway.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.weir.gateway.egress.Egress;
import dev.weir.gateway.egress.MediaSink;
import dev.weir.gateway.ingest.WallClock;
import dev.weir.gateway.metrics.Meters;
import dev.weir.gateway.relay.MediaRelay;
import dev.weir.gateway.relay.Publication;
import dev.weir.gateway.relay.RelayPacket;
import dev.weir.gateway.relay.RelayTrack;
import dev.weir.gateway.simulation.ViewerLines;
import dev.weir.webrtc.net.EventLoopGroup;
import dev.weir.webrtc.net.HomeLoop;
import dev.weir.webrtc.net.HomeTimer;
import dev.weir.webrtc.net.LoopBalance;
import dev.weir.webrtc.net.NetConfig;
import dev.weir.webrtc.rtcp.RtcpWriter;
import dev.weir.webrtc.rtp.MediaKind;
import dev.weir.webrtc.sdp.CodecFormat;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every viewer ticks ten times a second, with its timer: that allocates nothing, but for what it tells once a second. */
@SuppressWarnings("NullAway.Init") // Set before each test.
class TickAllocationTest {
    private static final CodecFormat VP8 = new CodecFormat("VP8", 90_000, 1, "");
    private static final CodecFormat OPUS = new CodecFormat("opus", 48_000, 2, "");
    private static final int WARM_UP = 30_000;
    private static final int MEASURED = 20_000;
    private static final int TICKS_PER_SECOND = 10;
    private static final int SECONDS = 2_000;
    /** 624 were counted: {@code ViewerStats} with what it says of two m-lines. */
    private static final long BYTES_PER_SECOND = 640;

    private final EventLoopGroup loops = new EventLoopGroup(
            NetConfig.of(List.of(new InetSocketAddress("127.0.0.1", 0))).withLoops(1));
    private final Meters meters = new Meters();
    private final MediaRelay relay = new MediaRelay();
    private final List<List<String>> told = new ArrayList<>();
    private HomeLoop home;
    private HomeTimer timer;

    @BeforeEach
    void start() throws Exception {
        loops.start();
        home = new LoopBalance(loops).home();
        timer = home.timer(() -> {});
    }

    @AfterEach
    void stop() {
        loops.close();
    }

    @Test
    void aTickOfAViewerAllocatesNothing() throws Exception {
        ViewerEnd viewer = viewer();

        assertThat(bytes(viewer, WARM_UP, MEASURED, 1_000) / MEASURED).isZero();
        assertThat(told).isEmpty();
    }

    @Test
    void norDoesOneOfAViewerOfSimulcast() throws Exception {
        ViewerEnd viewer = viewer("lo", "hi");

        assertThat(bytes(viewer, WARM_UP, MEASURED, 1_000) / MEASURED).isZero();
        assertThat(told).containsExactly(List.of("hi", ""));
    }

    @Test
    void onceASecondItMakesAReportAndStatistics() throws Exception {
        ViewerEnd viewer = viewer();

        long bytes = bytes(viewer, WARM_UP, SECONDS * TICKS_PER_SECOND, Egress.TICK_NANOS);

        assertThat(bytes / SECONDS).isBetween(1L, BYTES_PER_SECOND);
    }

    /** A connected viewer that has been sent a keyframe of each layer and whose path carries 10 Mbit/s. */
    private ViewerEnd viewer(String... rids) throws Exception {
        Publication publication = relay.registerPublisher("a", () -> true);
        publication.announce(List.of(
                new RelayTrack(0, "video", MediaKind.VIDEO, VP8, List.of(rids)),
                new RelayTrack(1, "audio", MediaKind.AUDIO, OPUS, List.of())));
        ViewerEnd viewer = new ViewerEnd(
                relay,
                publication.stream(),
                () -> new Egress(
                        List.of(ViewerLines.video("video", VP8), ViewerLines.audio("audio", OPUS)),
                        publication.stream(),
                        "c",
                        new SplittableRandom(1),
                        new Sink(),
                        meters),
                List.of(),
                home,
                new WallClock(0, 0),
                told::add,
                meters);
        onLoop(() -> {
            assertThat(viewer.onConnected(home.nowNanos(), () -> {})).isEmpty();
            for (int i = 0; i < rids.length; i++) {
                publish(publication, rids[i], 500 * (i + 1));
            }
            if (rids.length == 0) {
                publish(publication, "", 1_000);
            }
            ByteBuffer remb = ByteBuffer.allocate(100);
            RtcpWriter.remb(remb, 1, (int) ViewerLines.VIDEO_SSRC, 10_000_000);
            viewer.onRtcp(remb.flip(), home.nowNanos());
        });
        CompletableFuture<Void> served = new CompletableFuture<>();
        home.execute(home.turnEnd(() -> served.complete(null)));
        served.get(20, TimeUnit.SECONDS);
        return viewer;
    }

    private void publish(Publication publication, String rid, int bytes) {
        publication.publish(RelayPacket.builder(MediaKind.VIDEO)
                .trackIndex(0)
                .rid(rid)
                .ssrc(bytes)
                .extendedSequence(1)
                .extendedTimestamp(90_000)
                .keyframeStart(true)
                .arrival(home.nowNanos(), 0)
                .epoch(publication.epoch())
                .payload(new byte[bytes])
                .build());
    }

    private long bytes(ViewerEnd viewer, int warmUp, int measured, long stepNanos) throws Exception {
        long[] bytes = new long[1];
        onLoop(() -> {
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            long thread = Thread.currentThread().getId();
            long begin = home.nowNanos();
            tick(viewer, begin, warmUp, stepNanos);
            long before = threads.getThreadAllocatedBytes(thread);
            tick(viewer, begin + warmUp * stepNanos, measured, stepNanos);
            bytes[0] = threads.getThreadAllocatedBytes(thread) - before;
        });
        return bytes[0];
    }

    /** As {@link LiveSession} does. */
    private void tick(ViewerEnd viewer, long begin, int count, long stepNanos) {
        for (int i = 0; i < count; i++) {
            long now = begin + i * stepNanos;
            viewer.onTick(now);
            assertTrue(viewer.ending(now).isEmpty());
            timer.start(viewer.tickNanos(now));
        }
    }

    private void onLoop(Runnable task) throws Exception {
        CompletableFuture<Void> done = new CompletableFuture<>();
        home.execute(() -> {
            try {
                task.run();
                done.complete(null);
            } catch (Throwable e) {
                done.completeExceptionally(e);
            }
        });
        done.get(20, TimeUnit.SECONDS);
    }

    private static final class Sink implements MediaSink {
        @Override
        public boolean sendRtp(ByteBuffer packet, long nowNanos) {
            return true;
        }

        @Override
        public boolean resendRtp(ByteBuffer protectedPacket, long nowNanos) {
            return true;
        }

        @Override
        public boolean sendRtcp(ByteBuffer compound, long nowNanos) {
            return true;
        }
    }
}
