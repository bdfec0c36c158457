package dev.weir.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.gateway.relay.MediaRelay;
import dev.weir.gateway.relay.RelayPacket;
import dev.weir.gateway.relay.StreamStats;
import dev.weir.gateway.relay.Subscription;
import dev.weir.gateway.session.Session;
import dev.weir.gateway.session.SessionRole;
import dev.weir.webrtc.rtp.MediaKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The library example of the README, compiled and run; the README must hold it to the letter. */
class LibraryExampleTest {
    private static final Path README = Path.of("../README.md");
    private static final Path SELF = Path.of("src/test/java/dev/weir/gateway/LibraryExampleTest.java");

    @Test
    void theRelayHandsAPublishedPacketToItsSubscriber() {
        // example: begin
        MediaRelay relay = new MediaRelay();
        relay.createStream("lobby");
        Subscription subscription = relay.subscribe("lobby");

        RelayPacket packet = RelayPacket.builder(MediaKind.VIDEO)
                .payloadType(96)
                .extendedSequence(1)
                .extendedTimestamp(90_000)
                .keyframeStart(true)
                .payload(new byte[] {1, 2, 3})
                .build();
        int receivers = relay.publish("lobby", packet);

        RelayPacket received = subscription.poll().orElseThrow();
        StreamStats stats = relay.stats("lobby").orElseThrow();

        Session session = Session.create(SessionRole.PUBLISHER, "lobby");
        session.addIceCandidate("candidate:1 1 udp 2130706431 192.0.2.7 50000 typ host");
        int candidates = session.iceCandidates().size();
        // example: end

        assertThat(receivers).isEqualTo(1);
        assertThat(received).isEqualTo(packet);
        assertThat(stats.subscriberCount()).isEqualTo(1);
        assertThat(stats.packetsForwarded()).isEqualTo(1);
        assertThat(stats.bytesForwarded()).isEqualTo(3);
        assertThat(candidates).isEqualTo(1);
    }

    @Test
    void theReadmeShowsThisExample() throws IOException {
        List<String> lines = Files.readAllLines(SELF);
        int begin = lines.indexOf("        // example: begin");
        int end = lines.indexOf("        // example: end");
        String example = lines.subList(begin + 1, end).stream()
                .map(line -> line.isBlank() ? "" : line.substring(8))
                .collect(Collectors.joining("\n"));

        assertThat(Files.readString(README)).contains(example);
    }
}
