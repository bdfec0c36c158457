package dev.weir.webrtc.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LoopBalanceTest {
    private final EventLoopGroup group =
            new EventLoopGroup(NetConfig.of(List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)))
                    .withLoops(4));
    private final LoopBalance balance = new LoopBalance(group);

    @BeforeEach
    void start() throws Exception {
        group.start();
    }

    @AfterEach
    void stop() {
        group.close();
    }

    @Test
    void aSessionSettlesWhereItsDatagramsArriveWhileTheLoopsAreEven() {
        for (EventLoop loop : group.loops()) {
            assertThat(balance.settle(loop)).isSameAs(loop);
        }
    }

    @Test
    void aLoopThatAllDatagramsReachTakesNoMoreThanItsShareAndAnEighth() {
        EventLoop crowded = group.loops().get(2);
        int[] settled = new int[4];

        for (int i = 0; i < 400; i++) {
            settled[group.loops().indexOf(balance.settle(crowded))]++;
        }

        assertThat(settled[2]).isBetween(100, 100 + 400 / 8);
        assertThat(Arrays.stream(settled).min().orElseThrow()).isGreaterThanOrEqualTo(400 / 4 - 400 / 8);
    }

    @Test
    void thePlacesOfThoseWhoLeftAreTakenAgain() {
        EventLoop loop = group.loops().get(1);
        for (int i = 0; i < 10; i++) {
            assertThat(balance.settle(loop)).isSameAs(loop);
            balance.leave(loop);
        }
    }

    @Test
    void theFirstViewerOfAStreamGoesToItsPublisher() {
        EventLoop publisher = group.loops().get(3);
        balance.keepBeside(new HomeLoop(publisher, null));

        assertThat(balance.settle(group.loops().get(0))).isSameAs(publisher);
        assertThat(balance.settle(group.loops().get(0))).isSameAs(group.loops().get(0));
    }
}
