package dev.weir.standalone.broker;

import dev.weir.gateway.relay.AlreadyPublishedException;
import dev.weir.gateway.relay.MediaRelay;
import dev.weir.gateway.relay.Publication;
import dev.weir.gateway.relay.RelayPacket;
import dev.weir.gateway.relay.RelayTrack;
import dev.weir.gateway.relay.Subscription;
import dev.weir.webrtc.rtp.MediaKind;
import dev.weir.webrtc.sdp.CodecFormat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** A publisher of 50 VP8 frames of 8 packets a second, and a viewer beside it that counts; notes how long publishing took. */
final class PacedPublisher implements AutoCloseable {
    static final int PACKETS_PER_FRAME = 8;
    static final int FRAMES_PER_KEY = 50;
    private static final int PAYLOAD = 1_000;
    /** Payload descriptor with S, then the header of a key frame of 640x360 (RFC 7741, RFC 6386). */
    private static final byte[] KEY = {
        0x10, 0, 0, 0, (byte) 0x9d, 0x01, 0x2a, (byte) 0x80, 0x02, 0x68, 0x01,
    };

    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
    private final MediaRelay relay;
    private final Publication publication;
    private final Subscription viewer;
    private final ScheduledFuture<?> publishing;
    private final List<Long> arrivalsMicros = new ArrayList<>();
    private List<Long> publishNanos = new ArrayList<>();
    private long viewed;
    private int frame;

    static PacedPublisher on(MediaRelay relay, String stream) {
        try {
            return new PacedPublisher(relay, stream);
        } catch (AlreadyPublishedException e) {
            throw new IllegalStateException(e);
        }
    }

    private PacedPublisher(MediaRelay relay, String stream) throws AlreadyPublishedException {
        this.relay = relay;
        publication = relay.registerPublisher(stream, () -> true);
        publication.announce(
                List.of(new RelayTrack(0, "video", MediaKind.VIDEO, new CodecFormat("VP8", 90_000, 1, ""), List.of())));
        viewer = relay.subscribe(stream);
        publishing = thread.scheduleAtFixedRate(this::publishFrame, 0, 20, TimeUnit.MILLISECONDS);
    }

    private synchronized void publishFrame() {
        boolean key = frame % FRAMES_PER_KEY == 0;
        long nowMicros = System.currentTimeMillis() * 1000;
        for (int i = 0; i < PACKETS_PER_FRAME; i++) {
            byte[] payload = i == 0 && key ? Arrays.copyOf(KEY, PAYLOAD) : new byte[PAYLOAD];
            if (i == 0 && !key) {
                payload[0] = 0x10;
                payload[1] = 0x01;
            }
            long startNanos = System.nanoTime();
            publication.publish(RelayPacket.builder(MediaKind.VIDEO)
                    .payloadType(96)
                    .ssrc(1)
                    .extendedSequence(arrivalsMicros.size())
                    .extendedTimestamp(frame * 1_800L)
                    .marker(i == PACKETS_PER_FRAME - 1)
                    .keyframeStart(key && i == 0)
                    .arrival(startNanos, nowMicros)
                    .epoch(publication.epoch())
                    .payload(payload)
                    .build());
            publishNanos.add(System.nanoTime() - startNanos);
            arrivalsMicros.add(nowMicros);
        }
        while (viewer.poll().isPresent()) {
            viewed++;
        }
        frame++;
    }

    /** Returns how long the slowest of 100 publications takes since the last call, and forgets them. */
    synchronized long publishP99Nanos() {
        long[] sorted =
                publishNanos.stream().mapToLong(Long::longValue).sorted().toArray();
        publishNanos = new ArrayList<>();
        return sorted.length == 0 ? 0 : sorted[sorted.length * 99 / 100];
    }

    synchronized long sent() {
        return arrivalsMicros.size();
    }

    /** Returns the arrival stamp of a packet. */
    synchronized long arrivalMicros(long sequence) {
        return arrivalsMicros.get((int) sequence);
    }

    /** Returns how many packets the viewer beside the mirror got. */
    synchronized long viewed() {
        return viewed;
    }

    /** Stops publishing and ends the stream. */
    void end() throws InterruptedException {
        publishing.cancel(false);
        thread.shutdown();
        if (!thread.awaitTermination(10, TimeUnit.SECONDS)) {
            throw new IllegalStateException("publisher does not stop");
        }
        relay.endPublication(publication, "left");
    }

    @Override
    public void close() {
        thread.shutdownNow();
        viewer.close();
    }
}
