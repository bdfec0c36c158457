package dev.weir.bench;

import dev.weir.gateway.egress.MediaSink;
import dev.weir.webrtc.ice.CheckLimit;
import dev.weir.webrtc.ice.FiveTuple;
import dev.weir.webrtc.ice.FullAgent;
import dev.weir.webrtc.ice.IceCandidate;
import dev.weir.webrtc.ice.IceCredentials;
import dev.weir.webrtc.ice.IceListener;
import dev.weir.webrtc.ice.IceParameters;
import dev.weir.webrtc.ice.IceRole;
import dev.weir.webrtc.ice.LiteAgent;
import dev.weir.webrtc.rtp.HeaderExtensionWriter;
import dev.weir.webrtc.rtp.HeaderExtensions;
import dev.weir.webrtc.rtp.RtpHeader;
import dev.weir.webrtc.srtp.SrtpCiphers;
import dev.weir.webrtc.srtp.SrtpProfile;
import dev.weir.webrtc.srtp.SrtpProtector;
import dev.weir.webrtc.srtp.SrtpUnprotector;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Measures the other steps of the media path: unprotect, parse, answer a check, hand a packet to 200 viewers in memory. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class MediaBenchmark {
    private static final int LENGTH = 1_200;

    /** Packets of one publisher, protected. */
    @State(Scope.Thread)
    public static class Protected {
        private static final int PACKETS = 4_096;

        @Param({"AEAD_AES_128_GCM", "AES128_CM_HMAC_SHA1_80"})
        public SrtpProfile profile = SrtpProfile.AEAD_AES_128_GCM;

        @Param({"INTRINSIC", "PROVIDER"})
        public SrtpCiphers ciphers = SrtpCiphers.INTRINSIC;

        final byte[][] packets = new byte[PACKETS][];
        final ByteBuffer packet = ByteBuffer.allocate(2_048);
        SrtpUnprotector unprotector = new SrtpUnprotector(profile, new byte[16], new byte[12], ciphers);
        int next;

        @Setup
        public void protect() {
            SrtpProtector protector = new SrtpProtector(profile, new byte[16], new byte[profile.saltLength()], ciphers);
            for (int i = 0; i < PACKETS; i++) {
                packet.clear();
                RtpHeader.write(packet, false, 96, i, i * 3_000L, 7);
                packet.limit(LENGTH).position(0);
                packets[i] = new byte[protector.protectRtp(packet)];
                packet.get(packets[i]);
            }
            restart();
        }

        void restart() {
            next = 0;
            unprotector = new SrtpUnprotector(profile, new byte[16], new byte[profile.saltLength()], ciphers);
        }
    }

    /** Returns how many bytes are left; now and then the keys are set up anew, because no packet is taken twice. */
    @Benchmark
    public int unprotect(Protected state) {
        if (state.next == Protected.PACKETS) {
            state.restart();
        }
        byte[] bytes = state.packets[state.next++];
        state.packet.clear().put(bytes).flip();
        state.unprotector.unprotectRtp(state.packet);
        return state.packet.remaining();
    }

    /** A packet with one header extension. */
    @State(Scope.Thread)
    public static class Plain {
        final ByteBuffer packet = ByteBuffer.allocate(2_048);

        @Setup
        public void write() {
            RtpHeader.write(packet, true, 96, 1_000, 90_000, 7);
            HeaderExtensionWriter extensions = new HeaderExtensionWriter();
            extensions.begin(packet, false);
            extensions.addUnsigned(3, 77, 2);
            extensions.end();
            packet.position(LENGTH).flip();
        }
    }

    /** Returns a sum of what ingest reads of each packet. */
    @Benchmark
    public long parseRtp(Plain state) {
        ByteBuffer packet = state.packet;
        return RtpHeader.isValid(packet)
                ? RtpHeader.sequenceNumber(packet)
                        + RtpHeader.timestamp(packet)
                        + RtpHeader.ssrc(packet)
                        + RtpHeader.payloadType(packet)
                        + RtpHeader.headerLength(packet)
                        + RtpHeader.payloadLength(packet)
                        + HeaderExtensions.unsigned(packet, 3)
                : 0;
    }

    /** A check as a client sends it, and the lite agent that answers. */
    @State(Scope.Thread)
    public static class Check {
        final ByteBuffer check = ByteBuffer.allocate(512);
        final ByteBuffer copy = ByteBuffer.allocate(512);
        private final InetSocketAddress ours = new InetSocketAddress("127.0.0.1", 4_000);
        final FiveTuple path = new FiveTuple(ours, new InetSocketAddress("127.0.0.1", 5_000));
        private final IceCredentials server = IceCredentials.random();
        private final IceCredentials client = IceCredentials.random();
        private final IceListener nobody = new IceListener() {
            @Override
            public boolean onValidated(FiveTuple validated) {
                return true;
            }

            @Override
            public void onForgotten(FiveTuple forgotten) {}

            @Override
            public void onSelected(FiveTuple selected, long nowNanos) {}

            @Override
            public void onConsentExpired(long nowNanos) {}

            @Override
            public void onConsentRevoked(long nowNanos) {}
        };
        final LiteAgent agent = new LiteAgent(parameters(IceRole.LITE, server, client, ours), true, this::drop, nobody);
        long answered;

        @Setup
        public void record() {
            FullAgent full = new FullAgent(
                    parameters(IceRole.CONTROLLING, client, server, path.remote()), true, this::keep, nobody);
            full.addRemoteCandidate(IceCandidate.host(ours, 0), 0);
            for (long now = 0; check.position() == 0; now += 50_000_000) {
                full.onTimeout(now);
            }
            check.flip();
        }

        private static IceParameters parameters(
                IceRole role, IceCredentials own, IceCredentials peer, InetSocketAddress local) {
            return new IceParameters(role, own, peer, 30_000_000_000L, List.of(local), CheckLimit.NONE);
        }

        private void keep(ByteBuffer datagram, FiveTuple unused) {
            if (check.position() == 0) {
                check.put(datagram.duplicate());
            }
        }

        private void drop(ByteBuffer datagram, FiveTuple unused) {
            answered += datagram.remaining();
        }
    }

    /** Returns the bytes of the answers so far. */
    @Benchmark
    public long answerCheck(Check state) {
        state.copy.clear().put(state.check.duplicate()).flip();
        state.agent.handle(state.copy, state.path, 1);
        return state.answered;
    }

    /** A stream with 200 viewers whose packets go nowhere. */
    @State(Scope.Thread)
    public static class Stream {
        final RelayedStream relayed = new RelayedStream(200, 1_100, viewer -> new Nowhere());
    }

    /** Returns how many viewers were reached: time and garbage are of one packet in and 200 out, without SRTP. */
    @Benchmark
    public int fanOutInMemory(Stream state) {
        return state.relayed.picture(1, 0);
    }

    private static final class Nowhere implements MediaSink {
        @Override
        public boolean sendRtp(ByteBuffer packet, long nowNanos) {
            return packet.hasRemaining();
        }

        @Override
        public boolean resendRtp(ByteBuffer protectedPacket, long nowNanos) {
            return true;
        }

        @Override
        public boolean sendRtcp(ByteBuffer compound, long nowNanos) {
            return true;
        }
    }
}
