package dev.weir.webrtc.net;

import dev.weir.webrtc.ice.FiveTuple;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Collects what one loop has for another one while it reads, so that the other gets all of it at once and is woken once: what
 * a picture's packets are to viewers there then leaves in trains there too. On the loop that has it.
 */
final class Outbox {
    private final EventLoop to;
    private @Nullable HandedOver latest;
    private @Nullable HandedOver earliest;
    private @Nullable TurnEnd latestEnd;
    private @Nullable TurnEnd earliestEnd;

    Outbox(EventLoop to) {
        this.to = to;
    }

    EventLoop to() {
        return to;
    }

    /** Takes a copy of a datagram that came by the socket of {@code arrival}; false when too many wait there. */
    boolean add(Attachment attachment, ByteBuffer datagram, FiveTuple path, EventLoop arrival) {
        if (!to.handOvers().reserve()) {
            return false;
        }
        ByteBuffer copy = ByteBuffer.allocate(datagram.remaining() + 64);
        copy.put(datagram.array(), datagram.arrayOffset() + datagram.position(), datagram.remaining())
                .flip();
        HandedOver added = new HandedOver(attachment, copy, path, arrival);
        added.setNext(latest);
        latest = added;
        if (earliest == null) {
            earliest = added;
        }
        return true;
    }

    void add(TurnEnd end) {
        end.setNext(latestEnd);
        latestEnd = end;
        if (earliestEnd == null) {
            earliestEnd = end;
        }
    }

    /** Gives it to the other loop. */
    void send() {
        HandedOver datagrams = latest;
        HandedOver firstDatagram = earliest;
        TurnEnd ends = latestEnd;
        TurnEnd firstEnd = earliestEnd;
        if (datagrams != null && firstDatagram != null) {
            to.handOvers().push(datagrams, firstDatagram);
        }
        if (ends != null && firstEnd != null) {
            to.turnEnds().push(ends, firstEnd);
        }
        if (datagrams != null || ends != null) {
            latest = null;
            earliest = null;
            latestEnd = null;
            earliestEnd = null;
            to.wakeUp();
        }
    }
}
