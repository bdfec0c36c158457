package dev.weir.standalone.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.gateway.ServerConfig;
import dev.weir.gateway.WhipServer;
import dev.weir.gateway.mirror.MirrorConfig;
import dev.weir.standalone.broker.MediaTopics;
import dev.weir.standalone.clip.TestClip;
import dev.weir.standalone.journal.LogPosition;
import dev.weir.standalone.journal.LogReader;
import dev.weir.webrtc.client.ClientConfig;
import dev.weir.webrtc.client.ClientTrack;
import dev.weir.webrtc.client.WhipClient;
import dev.weir.webrtc.client.WhipListener;
import dev.weir.webrtc.codec.Codec;
import dev.weir.webrtc.net.EventLoopGroup;
import dev.weir.webrtc.net.NetConfig;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.testcontainers.kafka.KafkaContainer;

/** The gateway's mirror against the image of Kafka that docker-compose.yml names; in the profile {@code docker} only. */
@Tag("docker")
class KafkaImageIT {

    @Test
    void everyPacketIsInTheLogOfARealBroker() throws Exception {
        InetSocketAddress loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (KafkaContainer kafka = new KafkaContainer("apache/kafka:4.1.0");
                EventLoopGroup loops =
                        new EventLoopGroup(NetConfig.of(List.of(loopback)).withLoops(1))) {
            kafka.start();
            MediaTopics.create(kafka.getBootstrapServers());
            loops.start();
            ServerConfig config = ServerConfig.builder()
                    .bindAddress(loopback)
                    .udpPort(0)
                    .udpAddresses(List.of(loopback.getAddress()))
                    .mirror(MirrorConfig.builder(kafka.getBootstrapServers()).build())
                    .build();
            try (WhipServer server = new WhipServer(config);
                    LogReader log = LogReader.open(kafka.getBootstrapServers(), Optional.of("cam"))) {
                server.start();
                log.seek(LogPosition.END);
                ClipPublisher publisher = publish(server, loops);

                LogCount count = new LogCount();
                count.read(log, Duration.ofSeconds(30));
                assertThat(count.ended()).isTrue();
                assertThat(count.packets("video")).isEqualTo(publisher.packets(ClipPublisher.VIDEO));
                assertThat(count.packets("audio")).isEqualTo(publisher.packets(ClipPublisher.AUDIO));
            }
        }
    }

    private static ClipPublisher publish(WhipServer server, EventLoopGroup loops) throws Exception {
        URI endpoint = URI.create("http://127.0.0.1:" + server.httpAddress().getPort() + "/whip/cam");
        try (WhipClient client = WhipClient.publish(
                endpoint,
                List.of(ClientTrack.of(Codec.H264), ClientTrack.of(Codec.OPUS)),
                loops.next(),
                new WhipListener() {},
                ClientConfig.create())) {
            client.awaitConnected(Duration.ofSeconds(10));
            ClipPublisher publisher = new ClipPublisher(TestClip.load(), client);
            publisher.run(Duration.ofSeconds(2), () -> true);
            return publisher;
        }
    }
}
