package dev.weir.webrtc.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.webrtc.rtcp.RtcpHandler;
import dev.weir.webrtc.rtcp.RtcpReader;
import dev.weir.webrtc.rtp.RtpHeader;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WhepClientTest {
    private final BlockingQueue<Long> received = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> closed = new LinkedBlockingQueue<>();
    private final WhepListener listener = new WhepListener() {
        @Override
        public void onRtp(int track, ByteBuffer packet, long extendedSequence, long nowNanos) {
            assertThat(RtpHeader.isValid(packet)).isTrue();
            received.add(extendedSequence & 0xFFFF);
        }

        @Override
        public void onClosed(String reason) {
            closed.add(reason);
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
    void gapIsCountedAskedForAndFilledByRetransmission() throws Exception {
        try (WhepClient client = view()) {
            send(1, 10);
            send(1, 13);
            assertThat(received.poll(20, TimeUnit.SECONDS)).isEqualTo(10);
            assertThat(received.poll(20, TimeUnit.SECONDS)).isEqualTo(13);

            assertThat(nextNack()).containsExactly(11, 12);
            assertThat(client.stats().missing()).isEqualTo(2);

            sendRtx(11);
            sendRtx(11);
            send(1, 12);

            assertThat(received.poll(20, TimeUnit.SECONDS)).isEqualTo(11);
            assertThat(received.poll(20, TimeUnit.SECONDS)).isEqualTo(12);
            WhepStats stats = client.stats();
            assertThat(stats.packets()).isEqualTo(4);
            assertThat(stats.missing()).isZero();
            assertThat(stats.recovered()).isEqualTo(1);
            assertThat(stats.duplicates()).isEqualTo(1);
            assertThat(stats.firstPacketNanos()).isPositive();
            assertThat(client.format(0).orElseThrow().isNamed("VP8")).isTrue();
        }
    }

    /** It once asked a single time, and for the newest 64 only: one lost answer, or a long gap, stayed a loss. */
    @Test
    void longGapIsAskedForWholeAndAgainTenTimesAtMost() throws Exception {
        try (WhepClient client = view()) {
            send(1, 10);
            send(1, 211);

            int[] asked = new int[212];
            // A number behind all others is asked for last: when it has been ten times, all have.
            while (asked[210] < 10) {
                nextNack().forEach(number -> asked[number]++);
            }
            assertThat(Arrays.copyOfRange(asked, 11, 211)).containsOnly(10);

            send(1, 213);
            sendRtx(11);
            List<Integer> further = nextNack();
            assertThat(further).containsExactly(212);
            assertThat(client.stats().missing()).isBetween(200L, 201L);
        }
    }

    @Test
    void serverThatLeavesIsNoticed() throws Exception {
        try (WhepClient client = view()) {
            server.loop()
                    .execute(() -> server.transport()
                            .close(new dev.weir.webrtc.transport.CloseReason.Requested("test"), System.nanoTime()));

            assertThat(closed.poll(20, TimeUnit.SECONDS)).isNotNull();
            assertThat(client.isConnected()).isFalse();
        }
    }

    private WhepClient view() throws Exception {
        WhepClient client = WhepClient.view(
                server.uri("/whep"),
                List.of(ClientTrack.anyVideo(), ClientTrack.anyAudio()),
                server.loop(),
                listener,
                ClientConfig.create());
        client.awaitConnected(Duration.ofSeconds(20));
        return client;
    }

    private List<Integer> nextNack() throws InterruptedException {
        List<Integer> numbers = new ArrayList<>();
        while (numbers.isEmpty()) {
            ByteBuffer compound = server.rtcp.poll(20, TimeUnit.SECONDS);
            assertThat(compound).isNotNull();
            RtcpReader.read(compound, new RtcpHandler() {
                @Override
                public void onNack(int mediaSsrc, int sequenceNumber) {
                    assertThat(mediaSsrc).isEqualTo(SmallServer.VIDEO_SSRC);
                    numbers.add(sequenceNumber);
                }
            });
        }
        return numbers;
    }

    private int payloadType() {
        return server.media().get(0).payloadTypes().keySet().iterator().next();
    }

    private void send(int value, int sequenceNumber) {
        ByteBuffer out = ByteBuffer.allocate(200);
        RtpHeader.write(out, true, payloadType(), sequenceNumber, 90, SmallServer.VIDEO_SSRC);
        transmit(out.put((byte) value));
    }

    private int rtxSequence;

    private void sendRtx(int sequenceNumber) {
        int rtx = server.media().get(0).rtxPayloadTypes().entrySet().stream()
                .filter(entry -> entry.getValue() == payloadType())
                .findFirst()
                .orElseThrow()
                .getKey();
        ByteBuffer out = ByteBuffer.allocate(200);
        RtpHeader.write(out, true, rtx, rtxSequence++, 90, SmallServer.RTX_SSRC);
        transmit(out.putShort((short) sequenceNumber).put((byte) 1));
    }

    private void transmit(ByteBuffer out) {
        out.flip();
        server.loop().execute(() -> server.transport().sendRtp(out, System.nanoTime()));
    }
}
