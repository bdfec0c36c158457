package dev.weir.webrtc.net;

import dev.weir.webrtc.ice.FiveTuple;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A datagram on its way from the loop that received it to that of its session: a copy with room behind its limit. */
final class HandedOver {
    private final Attachment attachment;
    private final ByteBuffer datagram;
    private final FiveTuple path;
    private final EventLoop arrival;
    private @Nullable HandedOver next;

    HandedOver(Attachment attachment, ByteBuffer datagram, FiveTuple path, EventLoop arrival) {
        this.attachment = attachment;
        this.datagram = datagram;
        this.path = path;
        this.arrival = arrival;
    }

    Attachment attachment() {
        return attachment;
    }

    ByteBuffer datagram() {
        return datagram;
    }

    FiveTuple path() {
        return path;
    }

    /** Returns the loop whose socket received it. */
    EventLoop arrival() {
        return arrival;
    }

    void setNext(@Nullable HandedOver other) {
        next = other;
    }

    @Nullable
    HandedOver next() {
        return next;
    }
}
