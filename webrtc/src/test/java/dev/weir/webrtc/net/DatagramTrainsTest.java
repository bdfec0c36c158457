package dev.weir.webrtc.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sends over loopback and counts the system calls. Every machine that builds Weir is a Linux that takes trains. */
class DatagramTrainsTest {
    private static final int SO_NO_CHECK = 11;

    private final LoopCounters counters = new LoopCounters();
    private final DatagramTrains trains = new DatagramTrains(counters);
    private final List<DatagramChannel> channels = new ArrayList<>();
    private final UdpSocket sender = open();

    DatagramTrainsTest() throws IOException {}

    @BeforeEach
    void thisMachineSendsTrains() {
        assertThat(SegmentationOffload.ofThisMachine().obstacle()).isEmpty();
    }

    @AfterEach
    void close() throws IOException {
        for (DatagramChannel channel : channels) {
            channel.close();
        }
    }

    @Test
    void aRunOfOneSizeIsOneTrainAndAShorterOneEndsIt() throws Exception {
        DatagramChannel peer = channel();
        Remote remote = sender.remote(address(peer));

        send(remote, 1_000, 1_000, 1_000, 900, 900, 950, 950);

        // 1000 1000 1000 900 | 900 | 950 950
        assertThat(counters.trainsSent.get()).isEqualTo(3);
        assertThat(counters.sendCalls.get()).isEqualTo(1);
        assertThat(receive(peer, 7)).containsExactly(1_000, 1_000, 1_000, 900, 900, 950, 950);
        assertThat(counters.datagramsSent.get()).isEqualTo(7);
        assertThat(counters.bytesSent.get()).isEqualTo(6_700);
        assertThat(counters.sendsDropped.get()).isZero();
    }

    @Test
    void aTrainHasSixteenDatagramsAtMost() throws Exception {
        DatagramChannel peer = channel();

        send(
                sender.remote(address(peer)),
                IntStream.generate(() -> 1_200).limit(40).toArray());

        assertThat(counters.trainsSent.get()).isEqualTo(3);
        assertThat(counters.sendCalls.get()).isEqualTo(1);
        assertThat(receive(peer, 40)).hasSize(40).allMatch(size -> size == 1_200);
    }

    @Test
    void anotherPeerBeginsAnotherTrain() throws Exception {
        DatagramChannel one = channel();
        DatagramChannel other = channel();
        Remote toOne = sender.remote(address(one));
        Remote toOther = sender.remote(address(other));

        add(toOne, 500, 0);
        add(toOne, 500, 1);
        add(toOther, 500, 2);
        trains.flush();

        assertThat(counters.trainsSent.get()).isEqualTo(2);
        assertThat(counters.sendCalls.get()).isEqualTo(1);
        assertThat(receive(one, 2)).hasSize(2);
        assertThat(receive(other, 1)).hasSize(1);
    }

    @Test
    void whatCannotGoToOnePeerKeepsNothingFromTheOthers() throws Exception {
        DatagramChannel one = channel();
        DatagramChannel other = channel();
        Remote toNobody = sender.remote(new InetSocketAddress(address(one).getAddress(), 0));

        add(sender.remote(address(one)), 500, 0);
        add(toNobody, 500, 1);
        add(toNobody, 400, 2);
        add(toNobody, 450, 3);
        add(sender.remote(address(other)), 500, 4);
        trains.flush();

        assertThat(receive(one, 1)).hasSize(1);
        assertThat(receive(other, 1)).hasSize(1);
        assertThat(counters.datagramsSent.get()).isEqualTo(2);
        assertThat(counters.sendsDropped.get()).isEqualTo(3);
    }

    @Test
    void whatTheKernelRefusesAtOnceLeavesOneByOne() throws Exception {
        // A socket without checksums may not segment: EINVAL, as on a path with a smaller MTU.
        NativeBuffer yes = new NativeBuffer(4);
        yes.bytes.putInt(0, 1);
        assertThat(LibC.setsockopt(sender.descriptor(), LibC.SOL_SOCKET, SO_NO_CHECK, yes.address, 4))
                .isZero();
        DatagramChannel peer = channel();

        send(sender.remote(address(peer)), 700, 700, 600);

        assertThat(counters.trainsRefused.get()).isEqualTo(1);
        assertThat(counters.sendCalls.get()).isEqualTo(4);
        assertThat(receive(peer, 3)).containsExactly(700, 700, 600);
        assertThat(sender.segments()).isTrue();
    }

    @Test
    void aRowOfArrivalsIsReadByOneCallAndItsAddressIsMadeOnce() throws Exception {
        DatagramChannel peer = channel();
        int descriptor = SegmentationOffload.ofThisMachine().descriptor(peer);
        assertThat(SegmentationOffload.joinArrivals(descriptor)).isTrue();
        Arrivals arrivals = new Arrivals(counters);
        ByteBuffer target = ByteBuffer.allocate(4_096);

        send(sender.remote(address(peer)), 1_000, 1_000, 1_000, 400);
        List<Integer> sizes = new ArrayList<>();
        List<InetSocketAddress> sources = new ArrayList<>();
        await().until(() -> {
            if (!arrivals.hasMore()) {
                arrivals.clear();
            }
            InetSocketAddress source = arrivals.next(descriptor, target, 2_048, 2);
            if (source != null) {
                sources.add(source);
                sizes.add(target.remaining());
                assertThat(target.get(0)).isEqualTo((byte) (sizes.size() - 1));
            }
            return sizes.size() == 4;
        });

        assertThat(sizes).containsExactly(1_000, 1_000, 1_000, 400);
        assertThat(sources).allSatisfy(source -> assertThat(source).isSameAs(sources.get(0)));
        assertThat(sources.get(0)).isEqualTo(sender.bound().address());
        assertThat(arrivals.hasMore()).isFalse();
        // The call brought one row where there was room for two: nothing is left to ask for.
        long calls = counters.receiveCalls.get();
        assertThat(arrivals.next(descriptor, target, 2_048, 2)).isNull();
        assertThat(counters.receiveCalls.get()).isEqualTo(calls);
    }

    @Test
    void whatSeveralPeersSentIsReadByOneCall() throws Exception {
        DatagramChannel receiver = channel();
        int descriptor = SegmentationOffload.ofThisMachine().descriptor(receiver);
        Arrivals arrivals = new Arrivals(counters);
        ByteBuffer target = ByteBuffer.allocate(4_096);
        List<InetSocketAddress> peers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            DatagramChannel peer = channel();
            peers.add(address(peer));
            peer.send(ByteBuffer.allocate(100 + i), address(receiver));
        }
        List<InetSocketAddress> sources = new ArrayList<>();
        List<Integer> sizes = new ArrayList<>();

        InetSocketAddress source = arrivals.next(descriptor, target, 2_048, Arrivals.MOST_ROWS);
        while (source != null) {
            sources.add(source);
            sizes.add(target.remaining());
            source = arrivals.next(descriptor, target, 2_048, Arrivals.MOST_ROWS);
        }

        assertThat(sources).isEqualTo(peers);
        assertThat(sizes).containsExactly(100, 101, 102, 103, 104);
        assertThat(counters.receiveCalls.get()).isEqualTo(1);
    }

    private void send(Remote remote, int... sizes) {
        for (int i = 0; i < sizes.length; i++) {
            add(remote, sizes[i], i);
        }
        trains.flush();
    }

    /** The first byte is the number, so that a change of order shows. */
    private void add(Remote remote, int size, int number) {
        sender.send(ByteBuffer.allocate(size + 20).put(0, (byte) number).limit(size), remote);
    }

    private static List<Integer> receive(DatagramChannel peer, int count) {
        List<Integer> sizes = new ArrayList<>();
        ByteBuffer buffer = ByteBuffer.allocate(4_096);
        await().until(() -> {
            buffer.clear();
            while (peer.receive(buffer) != null) {
                sizes.add(buffer.position());
                buffer.clear();
            }
            return sizes.size() >= count;
        });
        return sizes;
    }

    private UdpSocket open() throws IOException {
        DatagramChannel channel = channel();
        int descriptor = SegmentationOffload.ofThisMachine().descriptor(channel);
        return new UdpSocket(channel, new BoundAddress(address(channel)), counters, null, trains, descriptor);
    }

    private DatagramChannel channel() throws IOException {
        DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET);
        channels.add(channel);
        channel.configureBlocking(false);
        return channel.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0));
    }

    private static InetSocketAddress address(DatagramChannel channel) throws IOException {
        return (InetSocketAddress) channel.getLocalAddress();
    }
}
