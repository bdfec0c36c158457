package dev.weir.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** A gateway that warms itself up does it whole, beside its work, and leaves nothing behind. */
class RehearsalTest {
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private final Logger gatewayLog = (Logger) LoggerFactory.getLogger("dev.weir.gateway");
    private final ListAppender<ILoggingEvent> said = new ListAppender<>();

    @BeforeEach
    void listen() {
        said.start();
        gatewayLog.setLevel(Level.INFO);
        gatewayLog.addAppender(said);
    }

    @AfterEach
    void stopListening() {
        gatewayLog.setLevel(null);
        gatewayLog.detachAppender(said);
    }

    private List<String> lines() {
        return List.copyOf(said.list).stream()
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    private static ServerConfig.Builder config() {
        return ServerConfig.builder()
                .bindAddress(new InetSocketAddress("127.0.0.1", 0))
                .udpPort(0)
                .eventLoops(1);
    }

    @Test
    void everyViewerGetsMedia() throws Exception {
        assertThat(new Rehearsal(20, () -> false).run()).isEqualTo(20);
        assertThat(lines()).isEmpty();
    }

    @Test
    void aClientEndsIt() throws Exception {
        AtomicInteger asked = new AtomicInteger();

        int joined = new Rehearsal(10_000, () -> asked.incrementAndGet() > 10).run();

        assertThat(joined).isLessThan(20);
    }

    @Test
    void aServerKnowsNothingOfIt() throws Exception {
        try (WhipServer server = new WhipServer(config().warmUpJoins(8).build())) {
            server.start();
            await().atMost(PATIENCE)
                    .until(() -> lines().stream().anyMatch(line -> line.startsWith("warmed up joins=8 seconds=")));

            assertThat(server.relay().streams()).isEmpty();
            assertThat(server.meters().scrape()).contains("weir_sessions_connected_total 0.0");
            assertThat(lines()).as("lines of sessions").noneMatch(line -> line.startsWith("session="));
        }
    }

    @Test
    void aServerThatStopsDoesNotWaitForTheEnd() throws Exception {
        try (WhipServer server = new WhipServer(config().warmUpJoins(10_000).build())) {
            server.start();
        }

        assertThat(lines()).anyMatch(line -> line.contains("ended early: stopped"));
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .doesNotContain("weir-rehearsal");
    }
}
