package dev.weir.standalone.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.weir.gateway.mirror.KafkaMirror;
import dev.weir.gateway.mirror.MetadataTopic;
import dev.weir.gateway.mirror.MirrorConfig;
import dev.weir.gateway.relay.MediaRelay;
import dev.weir.gateway.relay.RelayConfig;
import dev.weir.schemas.Topics;
import dev.weir.standalone.process.Ports;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Topics and security of a real Kafka, which asks for TLS and a password here. */
@Timeout(240)
class MirrorTopicsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String LOGIN = "org.apache.kafka.common.security.plain.PlainLoginModule required ";

    @TempDir
    Path folder;

    @Test
    void topicsAreMadeAndCheckedOverTlsWithAPassword() throws Exception {
        Path keys = folder.resolve("keys.p12");
        makeKeys(keys);
        int port = Ports.freeTcp(TestBroker.HOST, 0);
        try (TestBroker broker = TestBroker.start(folder.resolve("kafka"), port, secured(keys))) {
            assertThat(broker.isAlive()).isTrue();

            try (KafkaMirror mirror = new KafkaMirror(config(port, client(keys, "wrong")))) {
                mirror.start();
                await().atMost(PATIENCE).until(() -> mirror.health().detail().contains("SaslAuthenticationException"));
            }
            requireMedia(config(port, client(keys, "secret")));
            try (Admin admin = Admin.create(admin(port, keys))) {
                requireSettings(admin);
                requireRefusals(admin, config(port, client(keys, "secret")));
            }
        }
    }

    private static MirrorConfig config(int port, Map<String, String> client) {
        return MirrorConfig.builder(TestBroker.HOST + ":" + port)
                .clientProperties(client)
                .partitions(3)
                .retention(Duration.ofHours(5))
                .retentionBytes(123_000_000)
                .build();
    }

    private static void requireMedia(MirrorConfig config) throws InterruptedException {
        KafkaMirror mirror = new KafkaMirror(config);
        MediaRelay relay = new MediaRelay(RelayConfig.DEFAULT, List.of(mirror));
        mirror.start();
        try (mirror;
                PacedPublisher publisher = PacedPublisher.on(relay, "cam")) {
            await().atMost(PATIENCE).until(() -> mirror.stats().packetsAcknowledged() > 200);
            publisher.end();
            await().atMost(PATIENCE).until(() -> mirror.stats().metadataAcknowledged() > 20);
            assertThat(mirror.stats().metadataDropped()).isZero();
        }
    }

    private static void requireSettings(Admin admin) throws Exception {
        List<String> all = Arrays.stream(MetadataTopic.values())
                .map(MetadataTopic::topicName)
                .toList();
        assertThat(admin.listTopics().names().get(30, TimeUnit.SECONDS))
                .contains(Topics.MEDIA)
                .containsAll(all);
        Map<String, String> media = settings(admin, Topics.MEDIA);
        assertThat(media).containsEntry("retention.ms", "18000000").containsEntry("retention.bytes", "123000000");
        assertThat(media).containsEntry("max.message.bytes", "1048576").containsEntry("cleanup.policy", "delete");
        assertThat(settings(admin, Topics.STREAMS)).containsEntry("cleanup.policy", "compact");
        assertThat(settings(admin, Topics.STATS)).containsEntry("retention.ms", "604800000");
        assertThat(admin.describeTopics(List.of(Topics.MEDIA, Topics.FRAMES))
                        .allTopicNames()
                        .get(30, TimeUnit.SECONDS)
                        .values())
                .allMatch(topic -> topic.partitions().size() == 3);
    }

    /** Each of these would lose media silently, so the mirror says what is wrong instead, and goes on once it is mended. */
    private static void requireRefusals(Admin admin, MirrorConfig config) throws Exception {
        try (KafkaMirror mirror = new KafkaMirror(config)) {
            set(admin, "cleanup.policy", "compact");
            mirror.start();
            await().atMost(PATIENCE).until(() -> mirror.health().detail().contains("cleanup.policy=delete"));
            set(admin, "cleanup.policy", "delete");
            await().atMost(PATIENCE).until(() -> mirror.health().isUp());
        }
        try (KafkaMirror mirror = new KafkaMirror(config)) {
            set(admin, "max.message.bytes", "100000");
            mirror.start();
            await().atMost(PATIENCE).until(() -> mirror.health().detail().contains("raise its max.message.bytes"));
        }
        try (KafkaMirror mirror = new KafkaMirror(config)) {
            set(admin, "max.message.bytes", "1048576");
            set(admin, "min.insync.replicas", "2");
            mirror.start();
            await().atMost(PATIENCE).until(() -> mirror.health().detail().contains("takes no record at all"));
        }
        admin.createTopics(List.of(new NewTopic("small", 1, (short) 1))).all().get(30, TimeUnit.SECONDS);
        MirrorConfig small = MirrorConfig.builder(config.bootstrapServers())
                .clientProperties(config.clientProperties())
                .topic("small")
                .replicationFactor(3)
                .build();
        ListAppender<ILoggingEvent> said = new ListAppender<>();
        Logger topics = (Logger) LoggerFactory.getLogger("dev.weir.gateway.mirror.KafkaTopics");
        said.start();
        topics.addAppender(said);
        try (KafkaMirror mirror = new KafkaMirror(small)) {
            mirror.start();
            await().atMost(PATIENCE).until(() -> mirror.health().isUp());
        } finally {
            topics.detachAppender(said);
        }
        assertThat(said.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .contains(
                        "topic=small has 1 partitions, mirror.partitions is 6: add some while nothing is live, or lower the"
                                + " setting",
                        "topic=small has 1 replicas, mirror.replication-factor is 3: what Kafka has acknowledged may be"
                                + " lost with a broker");
    }

    private static Map<String, String> settings(Admin admin, String topic) throws Exception {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        Map<String, String> settings = new HashMap<>();
        admin.describeConfigs(List.of(resource)).all().get(30, TimeUnit.SECONDS).values().stream()
                .flatMap(config -> config.entries().stream())
                .forEach(entry -> settings.put(entry.name(), entry.value()));
        return settings;
    }

    private static void set(Admin admin, String name, String value) throws Exception {
        ConfigResource media = new ConfigResource(ConfigResource.Type.TOPIC, Topics.MEDIA);
        admin.incrementalAlterConfigs(Map.of(
                        media, List.of(new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET))))
                .all()
                .get(30, TimeUnit.SECONDS);
        await().atMost(PATIENCE)
                .until(() -> value.equals(settings(admin, Topics.MEDIA).get(name)));
    }

    private static Map<String, String> secured(Path keys) {
        return Map.of(
                "listener.security.protocol.map", "CLIENT:SASL_SSL,CONTROLLER:PLAINTEXT",
                "sasl.enabled.mechanisms", "PLAIN",
                "sasl.mechanism.inter.broker.protocol", "PLAIN",
                "listener.name.client.plain.sasl.jaas.config",
                        LOGIN + "username=\"weir\" password=\"secret\" user_weir=\"secret\";",
                "ssl.keystore.location", keys.toString(),
                "ssl.keystore.type", "PKCS12",
                "ssl.keystore.password", "changeit",
                "ssl.key.password", "changeit",
                "ssl.truststore.location", keys.toString(),
                "ssl.truststore.password", "changeit");
    }

    private static Map<String, String> client(Path keys, String password) {
        return Map.of(
                "security.protocol", "SASL_SSL",
                "sasl.mechanism", "PLAIN",
                "sasl.jaas.config", LOGIN + "username=\"weir\" password=\"" + password + "\";",
                "ssl.truststore.location", keys.toString(),
                "ssl.truststore.type", "PKCS12",
                "ssl.truststore.password", "changeit");
    }

    private static Map<String, Object> admin(int port, Path keys) {
        Map<String, Object> settings = new HashMap<>(client(keys, "secret"));
        settings.put("bootstrap.servers", TestBroker.HOST + ":" + port);
        return settings;
    }

    private static void makeKeys(Path keys) throws Exception {
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keystore",
                        keys.toString(),
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        "changeit",
                        "-alias",
                        "broker",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "SAN=ip:127.0.0.1,dns:localhost",
                        "-validity",
                        "3650")
                .inheritIO()
                .start();
        assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(keytool.exitValue()).isZero();
    }
}
