package dev.weir.connector.restream.packet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.connector.media.EncodedStream;
import dev.weir.connector.media.LogOf;
import dev.weir.connector.media.LogOf.Timing;
import dev.weir.connector.restream.AddressGuard;
import dev.weir.connector.restream.TargetUrl;
import dev.weir.schemas.LogEntry;
import dev.weir.schemas.LogPacket;
import dev.weir.schemas.RelayBatch;
import dev.weir.webrtc.codec.Codec;
import dev.weir.webrtc.rtp.RtpHeader;
import dev.weir.webrtc.srtp.SrtpProfile;
import dev.weir.webrtc.srtp.SrtpUnprotector;
import dev.weir.webrtc.srtp.UnprotectResult;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RtpConnectionTest {
    @TempDir
    Path folder = Path.of("");

    @Test
    void anotherPublisherGoesOnInSequenceAndTime() throws Exception {
        // given
        EncodedStream audio = EncodedStream.audio(folder, Codec.OPUS, "sine=frequency=440", 1);
        List<RelayBatch> first = new LogOf().track(audio, Timing.DIRECT).batches();
        List<RelayBatch> second = first.stream()
                .map(batch -> new RelayBatch(
                        batch.streamId(),
                        batch.epoch() + 1,
                        batch.batchNumber(),
                        batch.firstArrivalMicros(),
                        batch.entries().stream().map(RtpConnectionTest::later).toList()))
                .toList();
        List<ByteBuffer> received = new ArrayList<>();
        try (DatagramSocket socket = evenPort()) {
            socket.setSoTimeout(10_000);
            TargetUrl url = TargetUrl.parse("rtp://127.0.0.1:" + socket.getLocalPort());
            Path sdp = folder.resolve("live.sdp");
            try (RtpConnection connection = open(url, sdp, Optional.empty())) {
                // when
                for (RelayBatch batch : first) {
                    connection.send(batch, 0);
                }
                for (RelayBatch batch : second) {
                    connection.send(batch, 0);
                }
            }
            for (int i = 0; i < 2 * audio.units().size(); i++) {
                DatagramPacket packet = new DatagramPacket(new byte[1_500], 1_500);
                socket.receive(packet);
                received.add(ByteBuffer.wrap(packet.getData(), 0, packet.getLength()));
            }
            assertThat(Files.readString(sdp)).contains("m=audio " + url.port(), "opus/48000/2");
        }

        // then
        Set<Integer> ssrcs = new HashSet<>();
        for (int i = 0; i < received.size(); i++) {
            ssrcs.add(RtpHeader.ssrc(received.get(i)));
            assertThat(RtpHeader.payloadType(received.get(i))).isEqualTo(96);
            if (i > 0) {
                int step = RtpHeader.sequenceNumber(received.get(i)) - RtpHeader.sequenceNumber(received.get(i - 1));
                assertThat(step).isEqualTo(1);
                assertThat(RtpHeader.timestamp(received.get(i)))
                        .isGreaterThan(RtpHeader.timestamp(received.get(i - 1)));
            }
        }
        assertThat(ssrcs).hasSize(1);
    }

    private static RtpConnection open(TargetUrl url, Path sdp, Optional<SdesKeys> keys) throws Exception {
        return RtpConnection.open(url, new AddressGuard(List.of("127.0.0.1")), sdp, keys);
    }

    @Test
    void aReceiverWithTheSessionDescriptionDecryptsAllConnections() throws Exception {
        // given
        EncodedStream audio = EncodedStream.audio(folder, Codec.OPUS, "sine=frequency=440", 1);
        List<RelayBatch> batches = new LogOf().track(audio, Timing.DIRECT).batches();
        Optional<SdesKeys> keys = Optional.of(new SdesKeys(new SecureRandom()));
        Path sdp = folder.resolve("live.sdp");
        Set<String> descriptions = new HashSet<>();
        Set<Integer> ssrcs = new HashSet<>();
        try (DatagramSocket socket = evenPort()) {
            socket.setSoTimeout(10_000);
            TargetUrl url = TargetUrl.parse("srtp://127.0.0.1:" + socket.getLocalPort());
            for (int run = 0; run < 2; run++) {
                // when
                try (RtpConnection connection = open(url, sdp, keys)) {
                    for (RelayBatch batch : batches) {
                        connection.send(batch, 0);
                    }
                }

                // then
                descriptions.add(Files.readString(sdp));
                SrtpUnprotector receiver = receiver(Files.readString(sdp));
                for (ByteBuffer unit : audio.units()) {
                    DatagramPacket datagram = new DatagramPacket(new byte[1_500], 1_500);
                    socket.receive(datagram);
                    ByteBuffer packet = ByteBuffer.wrap(datagram.getData(), 0, datagram.getLength());
                    assertThat(datagram.getLength()).isEqualTo(12 + unit.remaining() + 10);
                    assertThat(packet.slice(12, unit.remaining())).isNotEqualTo(unit);
                    assertThat(receiver.unprotectRtp(packet)).isEqualTo(UnprotectResult.OK);
                    assertThat(packet.slice(12, packet.remaining() - 12)).isEqualTo(unit);
                    ssrcs.add(RtpHeader.ssrc(packet));
                }
            }
        }
        assertThat(descriptions).hasSize(1);
        assertThat(ssrcs).as("one key never encrypts two packets of one number").hasSize(2);
        assertThat(Files.getPosixFilePermissions(sdp)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(Files.readString(sdp)).contains("m=audio ", " RTP/SAVP 96\r\n");
    }

    /** Understands the description as RFC 4568 has it. */
    private static SrtpUnprotector receiver(String sdp) {
        Matcher crypto = Pattern.compile("a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:([A-Za-z0-9+/]{40})\r\n")
                .matcher(sdp);
        assertThat(crypto.find()).isTrue();
        byte[] both = Base64.getDecoder().decode(crypto.group(1));
        return new SrtpUnprotector(
                SrtpProfile.AES128_CM_HMAC_SHA1_80, Arrays.copyOf(both, 16), Arrays.copyOfRange(both, 16, 30));
    }

    private static DatagramSocket evenPort() throws Exception {
        while (true) {
            DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
            if (socket.getLocalPort() % 2 == 0) {
                return socket;
            }
            socket.close();
        }
    }

    private static LogEntry later(LogEntry entry) {
        return entry instanceof LogPacket p
                ? new LogPacket(
                        p.trackIndex(),
                        p.rid(),
                        p.payloadType(),
                        99,
                        p.extendedSequence() + 7_000,
                        p.extendedTimestamp() + 1_000_000,
                        p.marker(),
                        p.keyframeStart(),
                        p.arrivalMicros() + 1_100_000,
                        p.payload())
                : entry;
    }
}
