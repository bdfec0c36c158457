package dev.weir.gateway.simulation;

import dev.weir.webrtc.impair.ImpairedPath;
import dev.weir.webrtc.impair.PathConditions;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/** One direction of a bad network path in virtual time. */
public final class VirtualPath {
    private static final int ROOM = 64;

    private final VirtualTime time;
    private final Consumer<ByteBuffer> out;
    private final ImpairedPath path;

    public VirtualPath(VirtualTime time, PathConditions conditions, SplittableRandom random, Consumer<ByteBuffer> out) {
        this.time = time;
        this.out = out;
        this.path = new ImpairedPath(conditions, random, time.nowNanos());
    }

    public void change(PathConditions next) {
        path.change(next);
    }

    /** Copies the packet and lets it go. */
    public void send(ByteBuffer packet) {
        int copies = path.send(packet.remaining(), time.nowNanos());
        for (int i = 0; i < copies; i++) {
            ByteBuffer copy = ByteBuffer.allocate(packet.remaining() + ROOM);
            copy.put(packet.duplicate()).flip();
            time.after(path.arrivalNanos(i) - time.nowNanos(), () -> out.accept(copy));
        }
    }

    public double lossSoFar() {
        return path.sent() == 0 ? 0 : (double) path.lost() / path.sent();
    }
}
