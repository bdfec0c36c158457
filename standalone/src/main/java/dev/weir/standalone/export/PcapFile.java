package dev.weir.standalone.export;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;

/**
 * Writes a packet capture (libpcap format 2.4, microseconds): each RTP packet in UDP over IPv4 over Ethernet. The log does not
 * keep the publisher's address, so addresses are those of documentation (RFC 5737), and each track and layer has a port.
 */
public final class PcapFile extends PacketFile {
    private static final int MAGIC = 0xA1B2C3D4;
    private static final int SNAP_LENGTH = 262_144;
    private static final int LINK_ETHERNET = 1;
    private static final int SOURCE = 0xC000_0201;
    private static final int DESTINATION = 0xC000_0202;
    private static final int SOURCE_PORT = 5_000;
    private static final int ETHERNET_HEADER = 14;
    private static final int IP_HEADER = 20;
    private static final int UDP_HEADER = 8;
    private static final int UDP = 17;
    private static final int TIME_TO_LIVE = 64;

    private int identification;

    /** Starts a file. */
    public PcapFile(WritableByteChannel channel) {
        super(channel);
        out.order(ByteOrder.BIG_ENDIAN);
        out.putInt(MAGIC).putShort((short) 2).putShort((short) 4);
        out.putInt(0).putInt(0).putInt(SNAP_LENGTH).putInt(LINK_ETHERNET);
    }

    @Override
    void write(ByteBuffer rtp, int port, long arrivalMicros) {
        int udpLength = UDP_HEADER + rtp.remaining();
        int length = ETHERNET_HEADER + IP_HEADER + udpLength;
        out.putInt((int) Math.floorDiv(arrivalMicros, 1_000_000L))
                .putInt((int) Math.floorMod(arrivalMicros, 1_000_000L))
                .putInt(length)
                .putInt(length);
        out.putShort((short) 0x0200).putInt(2).putShort((short) 0x0200).putInt(1);
        out.putShort((short) 0x0800);
        int ip = out.position();
        out.put((byte) 0x45).put((byte) 0).putShort((short) (IP_HEADER + udpLength));
        out.putShort((short) identification++).putShort((short) 0);
        out.put((byte) TIME_TO_LIVE).put((byte) UDP).putShort((short) 0);
        out.putInt(SOURCE).putInt(DESTINATION);
        out.putShort(ip + 10, checksum(sum(ip, IP_HEADER)));
        int udp = out.position();
        out.putShort((short) SOURCE_PORT).putShort((short) port).putShort((short) udpLength);
        out.putShort((short) 0).put(rtp);
        short udpChecksum = checksum(sum(ip + 12, 8) + UDP + udpLength + sum(udp, udpLength));
        out.putShort(udp + 6, udpChecksum == 0 ? (short) 0xFFFF : udpChecksum);
    }

    private long sum(int from, int length) {
        long sum = 0;
        int end = from + length;
        for (int i = from; i + 1 < end; i += 2) {
            sum += out.getShort(i) & 0xFFFF;
        }
        return length % 2 == 0 ? sum : sum + ((out.get(end - 1) & 0xFF) << 8);
    }

    /** The Internet checksum (RFC 1071). */
    private static short checksum(long sum) {
        long folded = sum;
        while (folded >>> 16 != 0) {
            folded = (folded & 0xFFFF) + (folded >>> 16);
        }
        return (short) ~folded;
    }
}
