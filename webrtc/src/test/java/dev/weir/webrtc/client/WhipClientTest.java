package dev.weir.webrtc.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.weir.webrtc.codec.Codec;
import dev.weir.webrtc.rtcp.RtcpHandler;
import dev.weir.webrtc.rtcp.RtcpReader;
import dev.weir.webrtc.rtcp.RtcpWriter;
import dev.weir.webrtc.rtp.HeaderExtensions;
import dev.weir.webrtc.rtp.RtpHeader;
import dev.weir.webrtc.sdp.NegotiatedMedia;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WhipClientTest {
    private static final List<ClientTrack> TRACKS = List.of(ClientTrack.of(Codec.H264), ClientTrack.of(Codec.OPUS));
    private static final Duration SOON = Duration.ofSeconds(20);

    private final ClientConfig config = ClientConfig.create();
    private final BlockingQueue<Integer> keyframeRequests = new LinkedBlockingQueue<>();
    private final WhipListener listener = new WhipListener() {
        @Override
        public void onKeyframeRequest(int track) {
            keyframeRequests.add(track);
        }
    };
    private SmallServer server;

    @BeforeEach
    void start() throws Exception {
        server = new SmallServer();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void payloadsArriveNumberedAndNamed() throws Exception {
        try (WhipClient client = publish()) {
            client.send(0, payload(1), false, 3_000);
            client.send(0, payload(2), true, 3_000);

            ByteBuffer first = take(server.rtp);
            ByteBuffer second = take(server.rtp);
            NegotiatedMedia video = server.media().get(0);

            assertThat(RtpHeader.payload(first)).isEqualTo(payload(1));
            assertThat(RtpHeader.payload(second)).isEqualTo(payload(2));
            assertThat(RtpHeader.sequenceNumber(second)).isEqualTo(RtpHeader.sequenceNumber(first) + 1);
            assertThat(RtpHeader.marker(first)).isFalse();
            assertThat(RtpHeader.marker(second)).isTrue();
            assertThat(RtpHeader.timestamp(second)).isEqualTo(3_000);
            assertThat(video.ssrcs()).contains((long) RtpHeader.ssrc(first));
            assertThat(HeaderExtensions.text(first, video.extensionIds().getOrDefault(HeaderExtensions.MID_URI, 0)))
                    .contains(video.mid());
            assertThat(client.format(0).isNamed("H264")).isTrue();
        }
    }

    @Test
    void senderReportFollowsTheFirstPacket() throws Exception {
        try (WhipClient client = publish()) {
            client.send(1, payload(1), true, 960);
            CompletableFuture<Long> rtpTimestamp = new CompletableFuture<>();
            RtcpReader.read(take(server.rtcp), new RtcpHandler() {
                @Override
                public void onSenderReport(int ssrc, long ntp, long rtp, long packets, long octets) {
                    rtpTimestamp.complete(packets == 1 ? rtp : -1);
                }
            });

            assertThat(rtpTimestamp).isCompletedWithValue(960L);
        }
    }

    @Test
    void nackIsAnsweredByRetransmission() throws Exception {
        try (WhipClient client = publish()) {
            client.send(0, payload(7), true, 3_000);
            ByteBuffer original = take(server.rtp);
            int ssrc = RtpHeader.ssrc(original);
            int sequenceNumber = RtpHeader.sequenceNumber(original);

            sendRtcp(out -> RtcpWriter.nack(out, 1, ssrc, new int[] {sequenceNumber, sequenceNumber + 900}, 2));

            ByteBuffer again = take(server.rtp);
            assertThat(server.media().get(0).rtxPayloadTypes()).containsKey(RtpHeader.payloadType(again));
            assertThat(RtpHeader.payload(again))
                    .isEqualTo(ByteBuffer.allocate(5)
                            .putShort((short) sequenceNumber)
                            .put(payload(7))
                            .flip());
            assertThat(client.stats().packetsRetransmitted()).isEqualTo(1);
        }
    }

    @Test
    void packetsAreNumberedTransportWideAndFeedbackIsCounted() throws Exception {
        ClientConfig numbering = config.withTransportCc();
        try (WhipClient client = WhipClient.publish(server.uri("/whip"), TRACKS, server.loop(), listener, numbering)) {
            client.awaitConnected(SOON);
            client.send(0, payload(7), true, 3_000);
            ByteBuffer video = take(server.rtp);
            sendRtcp(out ->
                    RtcpWriter.nack(out, 1, RtpHeader.ssrc(video), new int[] {RtpHeader.sequenceNumber(video)}, 1));
            ByteBuffer again = take(server.rtp);
            client.send(1, payload(8), true, 960);
            ByteBuffer sound = take(server.rtp);
            int id = server.media().get(0).extensionIds().getOrDefault(HeaderExtensions.TRANSPORT_SEQUENCE_URI, 0);

            long first = HeaderExtensions.unsigned(video, id);
            assertThat(first).isNotNegative();
            assertThat(HeaderExtensions.unsigned(again, id)).isEqualTo(first + 1);
            assertThat(HeaderExtensions.unsigned(sound, id)).isEqualTo(first + 2);

            long[] ticks = {4_000, Long.MIN_VALUE, 4_010};
            sendRtcp(out -> RtcpWriter.transportFeedback(out, 1, RtpHeader.ssrc(video), (int) first, 0, ticks, 3));

            await().atMost(SOON).until(() -> client.stats().packetsReported() == 3);
            assertThat(client.stats().packetsReportedLost()).isEqualTo(1);
        }
    }

    @Test
    void pictureLossBecomesAKeyframeRequest() throws Exception {
        try (WhipClient client = publish()) {
            client.send(0, payload(1), true, 3_000);
            int ssrc = RtpHeader.ssrc(take(server.rtp));

            sendRtcp(out -> RtcpWriter.pli(out, 1, ssrc));

            assertThat(keyframeRequests.poll(20, TimeUnit.SECONDS)).isZero();
        }
    }

    @Test
    void closingTellsTheServerOnBothWays() throws Exception {
        WhipClient client = publish();

        client.close();
        client.close();

        assertThat(server.deleted.poll(20, TimeUnit.SECONDS)).isEqualTo("DELETE");
        assertThat(server.closed.poll(20, TimeUnit.SECONDS)).isNotNull();
        assertThat(client.send(0, payload(1), true, 0)).isFalse();
        assertThat(server.deleted).isEmpty();
    }

    /** A server may name any address as its own; one that we must not call gets no connectivity check. */
    @Test
    void mediaGoesOnlyWhereItMay() throws Exception {
        List<InetAddress> asked = new CopyOnWriteArrayList<>();
        ClientConfig strict = new ClientConfig(
                config.http(),
                config.identity(),
                "",
                SOON,
                config.srtpProfiles(),
                address -> {
                    asked.add(address);
                    return false;
                },
                false);

        try (WhipClient client = WhipClient.publish(server.uri("/whip"), TRACKS, server.loop(), listener, strict)) {
            assertThatThrownBy(() -> client.awaitConnected(Duration.ofMillis(700)))
                    .isInstanceOf(ClientException.class)
                    .hasMessageContaining("not connected");
        }

        assertThat(asked).isNotEmpty().allMatch(InetAddress::isLoopbackAddress);
        assertThat(server.transport().stats().checksReceived()).isZero();
    }

    @Test
    void refusalSaysStatusAndReason() {
        assertThatThrownBy(() -> WhipClient.publish(server.uri("/refused"), TRACKS, server.loop(), listener, config))
                .isInstanceOfSatisfying(
                        ClientException.class, e -> assertThat(e.status()).isEqualTo(409))
                .hasMessageContaining("somebody else publishes");
    }

    private WhipClient publish() throws Exception {
        WhipClient client = WhipClient.publish(server.uri("/whip"), TRACKS, server.loop(), listener, config);
        client.awaitConnected(SOON);
        return client;
    }

    private interface RtcpBody {
        void write(ByteBuffer out);
    }

    private void sendRtcp(RtcpBody body) {
        server.loop().execute(() -> {
            ByteBuffer out = ByteBuffer.allocate(1_500);
            RtcpWriter.receiverReport(out, 1, 0);
            body.write(out);
            server.transport().sendRtcp(out.flip(), System.nanoTime());
        });
    }

    private static ByteBuffer payload(int value) {
        return ByteBuffer.wrap(new byte[] {0x65, (byte) 0x88, (byte) value});
    }

    private static ByteBuffer take(BlockingQueue<ByteBuffer> queue) throws InterruptedException {
        ByteBuffer packet = queue.poll(20, TimeUnit.SECONDS);
        assertThat(packet).isNotNull();
        return packet;
    }
}
