package dev.weir.gateway;

import dev.weir.webrtc.client.WhipClient;
import java.nio.ByteBuffer;

/** The packets of 2 Mbit/s of H264 and of Opus, as far as a gateway looks at them. One thread. */
final class RehearsedMedia {
    private static final int PER_SECOND = 30;
    private static final int PACKETS = 8;
    private static final byte FU_A = 0x7C;
    private static final int FIRST_FRAGMENT = 0x80;
    private static final int LAST_FRAGMENT = 0x40;
    private static final byte FIRST_SLICE = (byte) 0x80;
    private static final int IDR = 5;
    private static final ByteBuffer PARAMETER_SETS =
            ByteBuffer.wrap(new byte[] {0x78, 0, 4, 0x67, 0x42, (byte) 0xC0, 0x1F, 0, 3, 0x68, (byte) 0xCE, 0x3C});

    private final WhipClient publisher;
    private final long begunNanos = System.nanoTime();
    private final ByteBuffer payload = ByteBuffer.allocate(1_100);
    private int sent;

    RehearsedMedia(WhipClient publisher) {
        this.publisher = publisher;
    }

    /** Sends what is due; returns when the next picture is. */
    long sendDue(long nowNanos) {
        while (nowNanos - dueNanos() >= 0) {
            send();
            sent++;
        }
        return dueNanos();
    }

    private long dueNanos() {
        return begunNanos + sent * 1_000_000_000L / PER_SECOND;
    }

    private void send() {
        boolean key = sent % PER_SECOND == 0;
        long timestamp = sent * 90_000L / PER_SECOND;
        if (key) {
            boolean unused = publisher.send(0, PARAMETER_SETS.duplicate(), false, timestamp);
        }
        for (int i = 0; i < PACKETS; i++) {
            boolean last = i == PACKETS - 1;
            int header = (key ? IDR : 1) | (i == 0 ? FIRST_FRAGMENT : 0) | (last ? LAST_FRAGMENT : 0);
            payload.clear().put(0, FU_A).put(1, (byte) header).put(2, FIRST_SLICE);
            boolean unused = publisher.send(0, payload, last, timestamp);
        }
        boolean unused = publisher.send(1, payload.clear().limit(160), false, sent * 48_000L / PER_SECOND);
    }
}
