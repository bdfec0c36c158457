package dev.weir.connector.restream.aac;

import dev.weir.connector.assemble.Frame;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** One target's view of an encoder: packets in, AAC frames in the target's own time out. One thread. */
public final class AacFeed implements AutoCloseable {
    private static final long TOLERANCE_MICROS = 30_000;
    private static final int MOST_WAITING = 50;
    private static final long UNKNOWN = Long.MIN_VALUE;

    /** An AAC frame and when it begins, in the target's time. */
    public record Timed(long ptsMicros, AacFrame frame) {}

    private record Offer(long packet, long ptsMicros, ByteBuffer data) {}

    private final AacEncoder encoder;
    private final List<Offer> joining = new ArrayList<>();
    private final Runnable leave;
    private long shiftMicros = UNKNOWN;
    private long firstSamples;
    private long nextIndex;
    private boolean left;

    AacFeed(AacEncoder encoder, Runnable leave) {
        this.encoder = encoder;
        this.leave = leave;
    }

    /**
     * Offers a packet.
     *
     * @param packet names it: grows along the track, and is equal for all targets
     * @param ptsMicros when it begins, in the target's time
     * @return false when the encoder is past it: the target needs one of its own
     */
    public boolean offer(long packet, Frame frame, long ptsMicros) {
        if (shiftMicros != UNKNOWN) {
            return put(new Offer(packet, ptsMicros, frame.data()));
        }
        if (!encoder.isKnown(packet) && packet < encoder.newestPacket()) {
            return false;
        }
        joining.add(new Offer(packet, ptsMicros, frame.data()));
        return join();
    }

    /**
     * Finds the place where this target joins. One that is a little ahead of the others waits for them: would it feed the
     * encoder first, their packets would come too late.
     */
    private boolean join() {
        int first = 0;
        if (encoder.newestPacket() >= 0 && joining.size() < MOST_WAITING) {
            while (first < joining.size() && !encoder.isKnown(joining.get(first).packet)) {
                first++;
            }
        }
        if (first == joining.size()) {
            return true;
        }
        List<Offer> waiting = List.copyOf(joining.subList(first, joining.size()));
        joining.clear();
        boolean taken = true;
        for (Offer next : waiting) {
            taken &= put(next);
        }
        return taken;
    }

    private boolean put(Offer next) {
        long wanted = shiftMicros == UNKNOWN ? -1 : samples(next.ptsMicros - shiftMicros);
        long position = encoder.offer(next.packet, wanted, next.data);
        if (position == AacEncoder.TOO_OLD) {
            return false;
        }
        long shift = next.ptsMicros - micros(position);
        if (shiftMicros == UNKNOWN) {
            firstSamples = position;
        }
        if (shiftMicros == UNKNOWN || Math.abs(shift - shiftMicros) > TOLERANCE_MICROS) {
            shiftMicros = shift;
        }
        return true;
    }

    /**
     * Returns what has been encoded since the last call.
     *
     * @throws IOException when the encoder has failed
     */
    public List<Timed> poll() throws IOException {
        encoder.check();
        if (!joining.isEmpty()) {
            join();
        }
        List<Timed> ready = new ArrayList<>();
        if (shiftMicros == UNKNOWN) {
            return ready;
        }
        for (AacFrame frame : encoder.from(nextIndex)) {
            nextIndex = frame.index() + 1;
            if (frame.positionSamples() >= firstSamples) {
                ready.add(new Timed(micros(frame.positionSamples()) + shiftMicros, frame));
            }
        }
        return ready;
    }

    /** Returns the process id of the encoder. */
    public long pid() {
        return encoder.pid();
    }

    private static long samples(long micros) {
        return micros * (AacFrame.RATE_HZ / 1_000) / 1_000;
    }

    private static long micros(long samples) {
        return samples * 1_000 / (AacFrame.RATE_HZ / 1_000);
    }

    /** Leaves the encoder, which ends when nobody uses it. Idempotent. */
    @Override
    public void close() {
        if (!left) {
            left = true;
            leave.run();
        }
    }
}
