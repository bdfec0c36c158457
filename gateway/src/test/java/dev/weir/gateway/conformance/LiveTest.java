package dev.weir.gateway.conformance;

import dev.weir.gateway.ServerConfig;
import dev.weir.gateway.session.LifeConfig;
import org.junit.jupiter.api.AfterEach;

/** Tests each of which starts one gateway as it needs it, over real HTTP and UDP. */
abstract class LiveTest {
    @SuppressWarnings("NullAway.Init") // Every test starts one.
    LiveGateway gateway;

    final void start(ServerConfig.Builder config) throws Exception {
        gateway = LiveGateway.start(config);
    }

    final void start(LifeConfig life) throws Exception {
        start(LiveGateway.config().life(life));
    }

    @AfterEach
    void stop() {
        gateway.close();
    }
}
