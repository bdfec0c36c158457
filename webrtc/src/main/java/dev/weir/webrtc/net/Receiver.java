package dev.weir.webrtc.net;

import dev.weir.webrtc.ice.FiveTuple;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what arrives for the sessions of one loop, from its sockets and from other loops, within the budget of a turn; what
 * arrives for those of another loop goes there. On the loop.
 */
final class Receiver {
    private static final Logger LOG = LoggerFactory.getLogger(Receiver.class);

    /** Most datagrams of one socket, or handed over, in one turn, so that timers and tasks get theirs under flood. */
    private static final int READ_BUDGET = 64;

    /** Most packets to viewers that reading may bring about before it pauses; they take about a millisecond to send. */
    private static final int FAN_OUT_BUDGET = 2_048;

    /** A picture is mostly two rows: with room for one more, one call tells that there is no more. */
    private static final int FIRST_ROWS = 3;

    private final EventLoop loop;
    private final Router router;
    private final LoopCounters counters;
    private final HandOvers handOvers = new HandOvers();
    private final Outboxes outboxes;
    /** Null where datagrams come one by one. */
    private final @Nullable Arrivals arrivals;

    private final ByteBuffer datagram;
    /** Datagrams in this turn. */
    private int taken;

    Receiver(
            EventLoop loop,
            Router router,
            Outboxes outboxes,
            @Nullable Arrivals arrivals,
            int bufferBytes,
            LoopCounters counters) {
        this.loop = loop;
        this.router = router;
        this.outboxes = outboxes;
        this.arrivals = arrivals;
        this.datagram = ByteBuffer.allocate(bufferBytes);
        this.counters = counters;
    }

    /** Returns where other loops put what they received for this one. */
    HandOvers handOvers() {
        return handOvers;
    }

    /** Begins a turn with what other loops received. */
    void takeHandedOver() {
        taken = 0;
        for (int i = 0; isWithinBudget(i); i++) {
            HandedOver next = handOvers.poll();
            if (next == null) {
                return;
            }
            taken++;
            deliver(next.attachment(), next.datagram(), next.path(), next.arrival());
        }
    }

    void read(UdpSocket socket) {
        if (arrivals != null) {
            arrivals.clear();
        }
        try {
            for (int i = 0; isWithinBudget(i) || (arrivals != null && arrivals.hasMore()); i++) {
                InetSocketAddress source = socket.receive(datagram, arrivals, rows(i));
                if (source == null) {
                    return;
                }
                taken++;
                Route route = router.find(socket, source, datagram, counters);
                if (route != null) {
                    deliver(route.attachment(), datagram, route.path(), loop);
                }
            }
        } catch (IOException e) {
            // Such as a port unreachable that an earlier datagram caused: the next turn reads on.
            LOG.debug("receive failed", e);
        }
    }

    /**
     * Says when to pause after {@code count} datagrams of one source: when many viewers wait for what was taken in this turn,
     * so that others' packets are not held up behind theirs. No source waits for ever for another one.
     */
    private boolean isWithinBudget(int count) {
        boolean maySend = count == 0 || (long) taken * loop.turnEnds().peers() < FAN_OUT_BUDGET;
        return count < READ_BUDGET && maySend;
    }

    /** What is taken from the kernel must be served in this turn: where many viewers wait, little at a time. */
    private int rows(int count) {
        int left = FAN_OUT_BUDGET / Math.max(1, loop.turnEnds().peers()) - taken;
        return Math.max(1, Math.min(left, count == 0 ? FIRST_ROWS : Arrivals.MOST_ROWS));
    }

    /** Gives a datagram to its session, or to the session's loop; {@code arrival} is the loop whose socket had it. */
    void deliver(Attachment attachment, ByteBuffer bytes, FiveTuple path, EventLoop arrival) {
        EventLoop home = attachment.loop();
        if (home == loop) {
            loop.awaitAttached(attachment);
            attachment.handle(bytes, path, arrival, loop.readClock());
        } else if (outboxes.to(home).add(attachment, bytes, path, arrival)) {
            LoopCounters.add(counters.handedOver, 1);
        } else {
            LoopCounters.add(counters.handOversDropped, 1);
        }
    }
}
