package dev.weir.gateway.simulation;

import dev.weir.gateway.relay.RelayPacket;
import dev.weir.webrtc.rtcp.RtcpHandler;
import dev.weir.webrtc.rtcp.RtcpReader;
import dev.weir.webrtc.rtp.RtpHeader;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** Publishes VP8 of 30 frames a second, answers NACKs by RTX, keyframe requests by keyframes. In virtual time. */
final class SimulatedPublisher implements RtcpHandler {
    static final int SSRC = 0x1000;
    static final int RTX_SSRC = 0x1001;
    static final int PAYLOAD_TYPE = 96;
    static final int RTX_PAYLOAD_TYPE = 97;
    static final int FRAME_NANOS = 33_333_333;

    private static final int HISTORY = 2_048;
    static final int PAYLOAD = 900;
    private static final int DESCRIPTOR = 4;
    private static final int SEQUENCE_OFFSET = DESCRIPTOR + 6;

    private final VirtualTime time;
    private final Consumer<ByteBuffer> out;
    private final byte[][] history = new byte[HISTORY][];
    private final int packetsPerFrame;
    private long frame;
    private int rtxSequence;
    private boolean keyframeWanted = true;
    private boolean stopped;

    long sequence = 100;
    long nacks;
    long plis;

    SimulatedPublisher(VirtualTime time, int packetsPerFrame, Consumer<ByteBuffer> out) {
        this.time = time;
        this.packetsPerFrame = packetsPerFrame;
        this.out = out;
    }

    /** Returns the sequence number under which what a viewer got was published. */
    static long sequenceOf(RelayPacket packet) {
        return packet.payload().getLong(SEQUENCE_OFFSET);
    }

    /** Returns the same of a packet whose payload begins at {@code payload}. */
    static long sequenceAt(ByteBuffer packet, int payload) {
        return packet.getLong(payload + SEQUENCE_OFFSET);
    }

    static boolean isKeyframe(RelayPacket packet) {
        return (packet.payload().get(DESCRIPTOR) & 1) == 0;
    }

    void start() {
        time.every(FRAME_NANOS, this::frame);
    }

    /** Sends no more frames; answers go on. */
    void stop() {
        stopped = true;
    }

    private void frame() {
        if (stopped) {
            return;
        }
        boolean keyframe = keyframeWanted;
        keyframeWanted = false;
        int packets = keyframe ? 3 * packetsPerFrame : packetsPerFrame;
        for (int i = 0; i < packets; i++) {
            ByteBuffer packet = ByteBuffer.allocate(1_300);
            RtpHeader.write(packet, i == packets - 1, PAYLOAD_TYPE, (int) sequence & 0xFFFF, frame * 3_000, SSRC);
            // X, S at the start; I with a 15-bit picture id.
            packet.put((byte) (0x80 | (i == 0 ? 0x10 : 0))).put((byte) 0x80).putShort((short)
                    (0x8000 | (frame & 0x7FFF)));
            packet.put((byte) (keyframe ? 0x10 : 0x11)).put(new byte[2]);
            packet.put((byte) 0x9d).put((byte) 1).put((byte) 0x2a).putLong(sequence);
            packet.position(RtpHeader.FIXED_LENGTH + PAYLOAD).flip();
            byte[] bytes = new byte[packet.remaining()];
            packet.get(0, bytes);
            history[(int) (sequence % HISTORY)] = bytes;
            sequence++;
            out.accept(packet);
        }
        frame++;
    }

    void onRtcp(ByteBuffer compound) {
        if (!RtcpReader.read(compound, this)) {
            throw new AssertionError("malformed RTCP to the publisher");
        }
    }

    @Override
    public void onNack(int mediaSsrc, int sequenceNumber) {
        nacks++;
        long wanted = sequence - ((sequence - sequenceNumber) & 0xFFFF);
        if (wanted < 100 || sequence - wanted >= HISTORY) {
            return;
        }
        byte[] bytes = history[(int) (wanted % HISTORY)];
        ByteBuffer original = ByteBuffer.wrap(bytes);
        ByteBuffer packet = ByteBuffer.allocate(1_400);
        RtpHeader.write(
                packet,
                RtpHeader.marker(original),
                RTX_PAYLOAD_TYPE,
                rtxSequence++ & 0xFFFF,
                RtpHeader.timestamp(original),
                RTX_SSRC);
        packet.putShort((short) wanted);
        packet.put(bytes, RtpHeader.FIXED_LENGTH, bytes.length - RtpHeader.FIXED_LENGTH)
                .flip();
        out.accept(packet);
    }

    @Override
    public void onPli(int mediaSsrc) {
        plis++;
        keyframeWanted = true;
    }
}
