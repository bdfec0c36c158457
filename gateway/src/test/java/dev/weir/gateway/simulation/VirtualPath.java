package dev.weir.gateway.simulation;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/** One direction of a network path in virtual time: loses, delays, reorders, repeats, and takes no more than its rate. */
public final class VirtualPath {
    private static final int ROOM = 64;
    private static final double PACKET_NANOS = 10_000_000;

    private final VirtualTime time;
    private final SplittableRandom random;
    private final Consumer<ByteBuffer> out;
    private Conditions conditions;
    private boolean bad = true;
    private long flipAtNanos;
    private long busyUntilNanos;
    private long lastArrivalNanos;
    private long sent;
    private long lost;

    /**
     * What the path does.
     *
     * @param loss probability of loss, on average
     * @param burst mean length of a run of losses in units of 10 ms (Gilbert–Elliott); 1 = independent losses
     * @param reorder probability that a packet comes late by 5 to 20 ms
     * @param duplicate probability that it comes twice
     * @param delayNanos time under way
     * @param jitterNanos up to this much longer, without overtaking
     * @param rateBps bits per second, 0 = no limit
     * @param queueNanos longest wait for the rate; what would wait longer is lost
     */
    public record Conditions(
            double loss,
            double burst,
            double reorder,
            double duplicate,
            long delayNanos,
            long jitterNanos,
            long rateBps,
            long queueNanos) {
        public static Conditions clean(long delayNanos) {
            return new Conditions(0, 1, 0, 0, delayNanos, 0, 0, 0);
        }

        public Conditions withRate(long bps, long longestWaitNanos) {
            return new Conditions(loss, burst, reorder, duplicate, delayNanos, jitterNanos, bps, longestWaitNanos);
        }
    }

    public VirtualPath(VirtualTime time, Conditions conditions, SplittableRandom random, Consumer<ByteBuffer> out) {
        this.time = time;
        this.conditions = conditions;
        this.random = random;
        this.out = out;
        this.flipAtNanos = time.nowNanos();
    }

    public void change(Conditions next) {
        conditions = next;
    }

    /** Copies the packet and lets it go. */
    public void send(ByteBuffer packet) {
        sent++;
        if (isLost()) {
            lost++;
            return;
        }
        long wait = 0;
        if (conditions.rateBps > 0) {
            busyUntilNanos = Math.max(busyUntilNanos, time.nowNanos());
            wait = busyUntilNanos - time.nowNanos();
            if (wait > conditions.queueNanos) {
                lost++;
                return;
            }
            busyUntilNanos += packet.remaining() * 8_000_000_000L / conditions.rateBps;
        }
        deliver(packet, wait);
        if (random.nextDouble() < conditions.duplicate) {
            deliver(packet, wait + random.nextLong(10_000_000));
        }
    }

    /** Bursts last in time, so that the sparse packets of a feedback direction do not stretch them. */
    private boolean isLost() {
        if (conditions.burst <= 1) {
            return random.nextDouble() < conditions.loss;
        }
        while (time.nowNanos() >= flipAtNanos) {
            bad = !bad;
            double meanBad = conditions.burst * PACKET_NANOS;
            double mean = bad ? meanBad : meanBad * (1 - conditions.loss) / conditions.loss;
            flipAtNanos =
                    Math.max(flipAtNanos, time.nowNanos() - 1) + (long) (-Math.log(1 - random.nextDouble()) * mean) + 1;
        }
        return bad;
    }

    private void deliver(ByteBuffer packet, long waitNanos) {
        long delay = waitNanos + conditions.delayNanos;
        if (random.nextDouble() < conditions.reorder) {
            delay += 5_000_000 + random.nextLong(15_000_000);
        } else {
            long jitter = conditions.jitterNanos == 0 ? 0 : random.nextLong(conditions.jitterNanos);
            long arrival = Math.max(lastArrivalNanos, time.nowNanos() + delay + jitter);
            lastArrivalNanos = arrival;
            delay = arrival - time.nowNanos();
        }
        ByteBuffer copy = ByteBuffer.allocate(packet.remaining() + ROOM);
        copy.put(packet.duplicate()).flip();
        time.after(delay, () -> out.accept(copy));
    }

    public double lossSoFar() {
        return sent == 0 ? 0 : (double) lost / sent;
    }
}
