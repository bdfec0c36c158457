package dev.weir.standalone.logtools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Reads packet captures by their published formats, independently of what wrote them. */
final class PacketFiles {
    private static final int ETHERNET_IP_UDP = 14 + 20 + 8;

    private PacketFiles() {}

    /** Returns the UDP payloads of a libpcap file. */
    static List<byte[]> pcap(Path file) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file));
        in.order(in.getInt(0) == 0xA1B2C3D4 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        assertThat(in.getInt(20)).as("link type Ethernet").isEqualTo(1);
        in.position(24);
        List<byte[]> packets = new ArrayList<>();
        while (in.hasRemaining()) {
            int length = in.getInt(in.position() + 8);
            assertThat(in.getInt(in.position() + 12)).isEqualTo(length);
            in.position(in.position() + 16 + ETHERNET_IP_UDP);
            byte[] packet = new byte[length - ETHERNET_IP_UDP];
            in.get(packet);
            packets.add(packet);
        }
        return packets;
    }

    /** Returns the RTP packets of an rtpdump file. */
    static List<byte[]> rtpdump(Path file) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file));
        StringBuilder line = new StringBuilder();
        for (byte b = in.get(); b != '\n'; b = in.get()) {
            line.append((char) b);
        }
        assertThat(line.toString()).matches("#!rtpplay1\\.0 [0-9.]+/\\d+");
        in.position(in.position() + 16);
        List<byte[]> packets = new ArrayList<>();
        long lastMillis = 0;
        while (in.hasRemaining()) {
            int length = in.getShort() & 0xFFFF;
            int packetLength = in.getShort() & 0xFFFF;
            long millis = in.getInt() & 0xFFFF_FFFFL;
            assertThat(length).isEqualTo(packetLength + 8);
            assertThat(millis).isGreaterThanOrEqualTo(lastMillis);
            lastMillis = millis;
            byte[] packet = new byte[packetLength];
            in.get(packet);
            packets.add(packet);
        }
        return packets;
    }

    /** Returns one line per packet whose RTP tshark understands and whose checksums it finds good. */
    static String tshark(Path file, Path folder) throws IOException, InterruptedException {
        Path out = folder.resolve("tshark.txt");
        List<String> command = new ArrayList<>(List.of("tshark", "-n", "-r", file.toString()));
        for (int port = 5004; port <= 5010; port += 2) {
            command.addAll(List.of("-d", "udp.port==" + port + ",rtp"));
        }
        command.addAll(List.of("-o", "udp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE"));
        command.addAll(List.of("-Y", "rtp && udp.checksum.status==1 && ip.checksum.status==1"));
        command.addAll(List.of("-T", "fields", "-e", "rtp.ssrc", "-e", "rtp.seq", "-e", "rtp.timestamp"));
        Process process = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(folder.resolve("tshark.err").toFile())
                .start();
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("tshark ends").isTrue();
        assertThat(process.exitValue())
                .as(Files.readString(folder.resolve("tshark.err"), StandardCharsets.UTF_8))
                .isZero();
        return Files.readString(out, StandardCharsets.UTF_8);
    }
}
