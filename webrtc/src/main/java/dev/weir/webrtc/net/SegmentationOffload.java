package dev.weir.webrtc.net;

import com.sun.jna.Platform;
import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Finds out once whether this machine sends trains of datagrams by one call, by sending one to itself: 64-bit Linux 4.18 or
 * newer, JNA, and a JDK that tells a channel's descriptor ({@code --add-opens java.base/sun.nio.ch=ALL-UNNAMED}).
 */
final class SegmentationOffload {
    private static final int PROBED_DATAGRAMS = 3;
    private static final int PROBED_BYTES = 100;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Empty = it works; otherwise what stands against it. */
    private final String obstacle;

    private final @Nullable MethodHandle descriptorOf;

    private SegmentationOffload(String obstacle, @Nullable MethodHandle descriptorOf) {
        this.obstacle = obstacle;
        this.descriptorOf = descriptorOf;
    }

    /** Asked for once, when the first socket is opened. */
    private static final class Probed {
        private static final SegmentationOffload RESULT = probe();
    }

    static SegmentationOffload ofThisMachine() {
        return Probed.RESULT;
    }

    boolean works() {
        return obstacle.isEmpty();
    }

    String obstacle() {
        return obstacle;
    }

    private static SegmentationOffload probe() {
        try {
            if (!Platform.isLinux() || !Platform.is64Bit() || !(Platform.isIntel() || Platform.isARM())) {
                return new SegmentationOffload("not Linux on x86-64 or aarch64", null);
            }
            LibC.bind();
            MethodHandle descriptorOf = descriptorOf();
            SegmentationOffload candidate = new SegmentationOffload("", descriptorOf);
            return candidate.arrives() ? candidate : new SegmentationOffload("the kernel refused a train", null);
        } catch (IllegalAccessException e) {
            return new SegmentationOffload("java.base/sun.nio.ch is not open", null);
        } catch (Throwable e) {
            // No JNA for this platform, no place for its library, an old kernel: the portable path is there.
            return new SegmentationOffload(e.getClass().getSimpleName(), null);
        }
    }

    private static MethodHandle descriptorOf() throws ReflectiveOperationException {
        Class<?> type = Class.forName("sun.nio.ch.SelChImpl");
        MethodHandle handle = MethodHandles.privateLookupIn(type, MethodHandles.lookup())
                .findVirtual(type, "getFDVal", MethodType.methodType(int.class));
        return handle.asType(MethodType.methodType(int.class, Object.class));
    }

    /** Returns the descriptor of an open channel. */
    int descriptor(DatagramChannel channel) {
        MethodHandle handle = descriptorOf;
        if (handle == null) {
            throw new IllegalStateException(obstacle);
        }
        try {
            return (int) handle.invokeExact((Object) channel);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns the family of a socket, which for one without an address is not to be seen from outside. */
    static int familyOf(int descriptor) {
        NativeBuffer value = new NativeBuffer(8);
        value.bytes.putInt(4, Integer.BYTES);
        boolean told =
                LibC.getsockopt(descriptor, LibC.SOL_SOCKET, LibC.SO_DOMAIN, value.address, value.address + 4) == 0;
        return told ? value.bytes.getInt(0) : Remote.AF_INET;
    }

    /** Lets the kernel hand over what arrives in one row as one train. */
    static boolean joinArrivals(int descriptor) {
        NativeBuffer value = new NativeBuffer(4);
        value.bytes.putInt(0, 1);
        return LibC.setsockopt(descriptor, LibC.SOL_UDP, LibC.UDP_GRO, value.address, Integer.BYTES) == 0;
    }

    private boolean arrives() throws IOException {
        try (DatagramChannel channel = DatagramChannel.open()) {
            channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                    .configureBlocking(false);
            InetSocketAddress own = (InetSocketAddress) channel.getLocalAddress();
            LoopCounters counters = new LoopCounters();
            DatagramTrains trains = new DatagramTrains(counters);
            UdpSocket socket =
                    new UdpSocket(channel, new BoundAddress(own), counters, null, trains, descriptor(channel));
            Remote self = socket.remote(own);
            for (int i = 0; i < PROBED_DATAGRAMS; i++) {
                trains.add(ByteBuffer.allocate(PROBED_BYTES - i / (PROBED_DATAGRAMS - 1)), socket, self);
            }
            trains.flush();
            return counters.sendCalls.get() == 1 && receive(channel) == PROBED_DATAGRAMS;
        }
    }

    private static int receive(DatagramChannel channel) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(DatagramTrains.MAX_DATAGRAM_BYTES);
        long giveUpNanos = System.nanoTime() + PATIENCE_NANOS;
        int received = 0;
        while (received < PROBED_DATAGRAMS && System.nanoTime() - giveUpNanos < 0) {
            buffer.clear();
            if (channel.receive(buffer) != null
                    && buffer.position() == PROBED_BYTES - received / (PROBED_DATAGRAMS - 1)) {
                received++;
            }
        }
        return received;
    }
}
