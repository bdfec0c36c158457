package dev.weir.standalone.export;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;

/**
 * Writes the binary dump format of rtptools: a line of text, the time of the first packet, then each packet behind its length
 * and its milliseconds since then. It has no place for ports; tracks are told apart by SSRC.
 */
public final class RtpdumpFile extends PacketFile {
    private static final String HEAD = "#!rtpplay1.0 192.0.2.2/5004\n";
    private static final int SOURCE = 0xC000_0202;
    private static final int PORT = 5_004;
    private static final int PACKET_HEADER = 8;

    private boolean started;
    private long firstMicros;

    /** Starts a file; its header follows with the first packet. */
    public RtpdumpFile(WritableByteChannel channel) {
        super(channel);
        out.order(ByteOrder.BIG_ENDIAN);
        out.put(HEAD.getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    void write(ByteBuffer rtp, int port, long arrivalMicros) {
        if (!started) {
            started = true;
            firstMicros = arrivalMicros;
            out.putInt((int) Math.floorDiv(arrivalMicros, 1_000_000L))
                    .putInt((int) Math.floorMod(arrivalMicros, 1_000_000L));
            out.putInt(SOURCE).putShort((short) PORT).putShort((short) 0);
        }
        out.putShort((short) (PACKET_HEADER + rtp.remaining())).putShort((short) rtp.remaining());
        out.putInt((int) Math.max(0, (arrivalMicros - firstMicros) / 1_000)).put(rtp);
    }
}
