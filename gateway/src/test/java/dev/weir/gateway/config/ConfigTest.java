package dev.weir.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.gateway.conformance.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigTest {
    private static final Set<String> KAFKA = Set.of("security.protocol", "sasl.jaas.config", "acks");

    @TempDir
    Path folder;

    @Test
    void answersDefaultsWhenNobodySetsAnything() throws Exception {
        Config config = load("", Map.of(), List.of());

        assertThat(config.address(Key.HTTP_ADDRESS)).isEqualTo(new HostAndPort("127.0.0.1", 8080));
        assertThat(config.duration(Key.SESSIONS_TIMEOUT)).isEqualTo(Duration.ofSeconds(30));
        assertThat(config.bytes(Key.MIRROR_BUFFER, 0, Long.MAX_VALUE)).isEqualTo(64_000_000);
        assertThat(config.settings()).allMatch(setting -> setting.origin() instanceof Origin.Default);
    }

    @Test
    void ranksFlagOverEnvironmentOverFileOverDefault() throws Exception {
        String yaml = "udp:\n  port: 1\n  loops: 1\nsessions.max: 1\n";
        Map<String, String> environment = Map.of("WEIR_UDP_PORT", "2", "WEIR_UDP_LOOPS", "2", "HOME", "/");
        List<Setting> flags = List.of(new Setting("udp.port", "3", new Origin.Flag("--udp")));

        Config config = load(yaml, environment, flags);

        assertThat(origin(config, Key.UDP_PORT)).isEqualTo("3 from flag --udp");
        assertThat(origin(config, Key.UDP_LOOPS)).isEqualTo("2 from environment WEIR_UDP_LOOPS");
        assertThat(origin(config, Key.SESSIONS_MAX)).isEqualTo("1 from " + file() + ":4");
        assertThat(origin(config, Key.SESSIONS_TAKEOVER)).isEqualTo("same-subject from default");
    }

    @Test
    void takesListsAndNestedOrDottedKeys() throws Exception {
        Config config =
                load("udp.addresses:\n- 127.0.0.1\n- '::1'\nkafka:\n  security.protocol: SSL\n", Map.of(), List.of());

        assertThat(config.list(Key.UDP_ADDRESSES)).containsExactly("127.0.0.1", "::1");
        assertThat(config.kafkaProperties()).isEqualTo(Map.of("security.protocol", "SSL"));
    }

    @Test
    void passesKafkaPropertiesOfTheEnvironmentThroughAndHidesSecrets() throws Exception {
        Config config = load("", Map.of("WEIR_KAFKA_SASL_JAAS_CONFIG", "password=hunter2"), List.of());

        assertThat(config.kafkaProperties()).isEqualTo(Map.of("sasl.jaas.config", "password=hunter2"));
        assertThat(config.settings())
                .noneMatch(setting -> setting.printableValue().contains("hunter2"));
    }

    @Test
    @Row("T17")
    void t17ASecretMayStandInAFileOrVariableAndIsPrintedNowhere() throws Exception {
        Path secret = folder.resolve("turn");
        Path tokens = folder.resolve("tokens");
        Files.writeString(secret, "hunter1\n");
        Files.writeString(tokens, "studio " + "a1".repeat(32) + " publish:*\nboss " + "b2".repeat(32) + " admin:*\n");
        Map<String, String> environment =
                Map.of("WEIR_KAFKA_SASL_JAAS_CONFIG", "env:LOGIN", "LOGIN", "password=hunter2", "HOOK", "hunter3");
        List<Setting> flags =
                List.of(new Setting("auth.hook-secret", "env:HOOK", new Origin.Flag("--set auth.hook-secret")));

        Config config =
                load("ice.turn-secret: file:" + secret + "\nauth.tokens: file:" + tokens + "\n", environment, flags);

        assertThat(config.text(Key.ICE_TURN_SECRET)).isEqualTo("hunter1");
        assertThat(config.list(Key.AUTH_TOKENS)).hasSize(2);
        assertThat(config.kafkaProperties()).isEqualTo(Map.of("sasl.jaas.config", "password=hunter2"));
        assertThat(config.text(Key.AUTH_HOOK_SECRET)).isEqualTo("hunter3");
        assertThat(origin(config, Key.ICE_TURN_SECRET)).endsWith(file() + ":1, file:" + secret);
        for (Setting setting : config.settings()) {
            assertThat(setting.printableValue() + setting + setting.origin().describe())
                    .doesNotContain("hunter", "a1a1", "b2b2");
        }
    }

    @ParameterizedTest
    @Row("T17")
    @ValueSource(strings = {"file:/no/such/file", "file:", "env:NOT_SET", "(hidden)"})
    void t17ASecretThatIsNotThereStopsTheStart(String value) {
        assertThatThrownBy(() -> load("", Map.of("WEIR_ICE_TURN_SECRET", value), List.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("environment WEIR_ICE_TURN_SECRET: ice.turn-secret ");
    }

    @Test
    void aValueThatIsNoSecretIsNeverLookedUp() throws Exception {
        Config config = load(
                "",
                Map.of("WEIR_AUTH_JWT_KEYS", "file:keys.json", "WEIR_MIRROR_REGISTRY", "http://me:it@r"),
                List.of());

        assertThat(config.text(Key.AUTH_JWT_KEYS)).isEqualTo("file:keys.json");
        assertThat(config.setting(Key.MIRROR_REGISTRY).printableValue()).isEqualTo("http://(hidden)@r");
    }

    /** Kubernetes injects such variables for a service named weir: they stopped the start of many products. */
    @Test
    void ignoresTheVariablesOfKubernetes() throws Exception {
        Map<String, String> injected = Map.of(
                "WEIR_SERVICE_HOST", "10.0.0.1",
                "WEIR_SERVICE_PORT_HTTP", "8080",
                "WEIR_PORT", "tcp://10.0.0.1:8080",
                "WEIR_PORT_8080_TCP_ADDR", "10.0.0.1",
                "WEIR_GATEWAY_SERVICE_HOST", "10.0.0.1",
                "WEIR_UDP_PORT", "4000");

        assertThat(load("", injected, List.of()).integer(Key.UDP_PORT, 0, 65535))
                .isEqualTo(4000);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "http:~  adress: 1:2| :2: unknown key http.adress; did you mean http.address?",
                "~~banana: 1| :3: unknown key banana",
                "sessions.max: many| :1: sessions.max must be a whole number: many",
                "sessions.timeout: 30| :1: sessions.timeout must be a time span, like 500ms, 30s, 10m, 2h, 7d: 30",
                "mirror.buffer: 1TB| :1: mirror.buffer must be bytes, like 64MB: 1TB",
                "http.allow-plain: yes| :1: http.allow-plain must be true or false: yes",
                "http.address: host:99999| :1: http.address must be host:port: host:99999",
                "http: 5| :1: unknown key http",
                "http.address: {a: {b: 1}}| :1: unknown key http.address.a.b",
                "udp.addresses: [[a]]| :1: udp.addresses must be a value or a list of values",
                "udp.port: 1~udp:~  port: 2| :3: udp.port is set twice, before at",
                "a: [1| :1: not valid YAML",
                "just words| :1: the file must hold keys and values",
                "kafka.securty.protocol: SSL| :1: unknown key kafka.securty.protocol; did you mean kafka.security.protocol?",
                "kafka.bootstrap.servers: x| did you mean kafka.bootstrap-servers?",
            })
    void namesTheLineOfAMistake(String yaml, String message) {
        assertThatThrownBy(() -> load(yaml.replace('~', '\n'), Map.of(), List.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith(file())
                .hasMessageContaining(message)
                .message()
                .doesNotContain("\n");
    }

    @Test
    void namesTheVariableOfAMistake() {
        assertThatThrownBy(() -> load("", Map.of("WEIR_HTP_ADDRESS", "x"), List.of()))
                .hasMessage("environment WEIR_HTP_ADDRESS: no such variable; did you mean WEIR_HTTP_ADDRESS?");
        assertThatThrownBy(() -> load("", Map.of("WEIR_SESSIONS_MAX", "x"), List.of()))
                .hasMessage("environment WEIR_SESSIONS_MAX: sessions.max must be a whole number: x");
    }

    @Test
    void namesTheOriginOfAValueOutOfRange() throws Exception {
        Config config = load("", Map.of(), List.of(new Setting("udp.port", "70000", new Origin.Flag("--udp"))));

        assertThatThrownBy(() -> config.integer(Key.UDP_PORT, 0, 65535))
                .hasMessage("flag --udp: udp.port must be from 0 to 65535: 70000");
    }

    @Test
    void saysWhichFileIsMissing() {
        assertThatThrownBy(() -> Config.load(
                        new Config.Sources(Optional.of(folder.resolve("none.yaml")), Map.of(), List.of(), KAFKA)))
                .hasMessage(folder.resolve("none.yaml") + ": no such file");
    }

    @ParameterizedTest
    @CsvSource({"8080, '', 8080", "0.0.0.0:80, 0.0.0.0, 80", "[::1]:80, ::1, 80", "example.org:1, example.org, 1"})
    void readsAddresses(String text, String host, int port) {
        assertThat(ValueType.address(text)).isEqualTo(new HostAndPort(host, port));
    }

    private Config load(String yaml, Map<String, String> environment, List<Setting> flags)
            throws ConfigException, IOException {
        Files.writeString(Path.of(file()), yaml);
        return Config.load(new Config.Sources(Optional.of(Path.of(file())), environment, flags, KAFKA));
    }

    private String file() {
        return folder.resolve("weir.yaml").toString();
    }

    private static String origin(Config config, Key key) {
        return config.text(key) + " from " + config.setting(key).origin().describe();
    }
}
