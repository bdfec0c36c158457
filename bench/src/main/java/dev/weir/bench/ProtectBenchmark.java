package dev.weir.bench;

import dev.weir.webrtc.rtp.RtpHeader;
import dev.weir.webrtc.srtp.SrtpCiphers;
import dev.weir.webrtc.srtp.SrtpProfile;
import dev.weir.webrtc.srtp.SrtpProtector;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
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

/**
 * Measures what one viewer costs before the socket: copy, rewrite of the header, SRTP protection. Each call serves the next
 * of the viewers, each with a key of its own, as the relay does.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class ProtectBenchmark {
    private static final int PAYLOAD_LENGTH = 1_188;

    @Param({"AEAD_AES_128_GCM", "AES128_CM_HMAC_SHA1_80"})
    public SrtpProfile profile = SrtpProfile.AEAD_AES_128_GCM;

    @Param({"INTRINSIC", "PROVIDER"})
    public SrtpCiphers ciphers = SrtpCiphers.INTRINSIC;

    @Param({"200"})
    public int viewers = 1;

    private final byte[] payload = new byte[PAYLOAD_LENGTH];
    private final ByteBuffer packet = ByteBuffer.allocate(2_048);
    private SrtpProtector[] protectors = {};
    private int next;
    private int sequenceNumber;

    @Setup
    public void createKeys() {
        SplittableRandom random = new SplittableRandom(1);
        random.nextBytes(payload);
        protectors = new SrtpProtector[viewers];
        for (int i = 0; i < viewers; i++) {
            byte[] key = new byte[profile.keyLength()];
            byte[] salt = new byte[profile.saltLength()];
            random.nextBytes(key);
            random.nextBytes(salt);
            protectors[i] = new SrtpProtector(profile, key, salt, ciphers);
        }
    }

    /** Returns the length of the protected packet, so that nothing is optimised away. */
    @Benchmark
    public int rewriteAndProtect() {
        if (next == viewers) {
            next = 0;
            sequenceNumber = (sequenceNumber + 1) & 0xFFFF;
        }
        packet.clear();
        RtpHeader.write(packet, false, 96, sequenceNumber, sequenceNumber * 3_000L, 1_000 + next);
        packet.put(payload).flip();
        return protectors[next++].protectRtp(packet);
    }
}
