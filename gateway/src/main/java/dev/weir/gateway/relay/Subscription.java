package dev.weir.gateway.relay;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Lets a library user pull the packets of a stream. A reader who falls behind loses packets up to the next video keyframe
 * and finds their number in {@link #lagged}; the publisher never waits. Polled by any thread, one at a time.
 */
public final class Subscription implements AutoCloseable {
    private final String id;
    private final StreamRelay stream;
    private final Inbox inbox;

    Subscription(String id, StreamRelay stream, int capacity) {
        this.id = id;
        this.stream = stream;
        this.inbox = new Inbox(capacity);
    }

    /** Returns the id of this subscription, unique within the process. */
    public String id() {
        return id;
    }

    public String streamId() {
        return stream.id();
    }

    /** Takes the next packet without waiting; empty when there is none yet. */
    public synchronized Optional<RelayPacket> poll() {
        @Nullable RelayPacket packet = inbox.queue.poll();
        return Optional.ofNullable(packet);
    }

    /** Returns how many packets were lost because this reader was slow. */
    public long lagged() {
        return inbox.lagged.get();
    }

    /** Asks the publisher for a keyframe, as a receiver that starts in the middle needs one. */
    public void requestKeyframe() {
        stream.requestKeyframe();
    }

    /** Leaves the stream; what is queued may still be polled. Idempotent. */
    @Override
    public void close() {
        stream.removeSubscriber(inbox);
    }

    Subscriber subscriber() {
        return inbox;
    }

    /** The end that the publisher's thread sees. */
    private static final class Inbox implements Subscriber {
        private final PacketQueue queue;
        private final KeyframeGate gate = new KeyframeGate();
        private final AtomicLong lagged = new AtomicLong();

        Inbox(int capacity) {
            queue = new PacketQueue(capacity);
        }

        @Override
        public boolean offer(RelayPacket packet) {
            if (gate.admits(packet) && queue.offer(packet)) {
                return true;
            }
            gate.onDropped(packet);
            lagged.incrementAndGet();
            return false;
        }

        @Override
        public void onJoin(List<RelayPacket> sinceKeyframe) {
            for (RelayPacket packet : sinceKeyframe) {
                offer(packet);
            }
        }
    }
}
