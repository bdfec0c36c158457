package dev.weir.webrtc.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** On a real loop, asked from another thread. */
class TurnTaskTest {
    private final BlockingQueue<String> done = new LinkedBlockingQueue<>();

    /** Serves three peers, of whom one fails always. */
    private final class Serving implements TurnTask {
        @Override
        public int peers() {
            return 3;
        }

        @Override
        public int begin() {
            done.add("begin");
            return 3;
        }

        @Override
        public void serve(int peer) {
            if (peer == 1) {
                throw new IllegalStateException("the test's own failure");
            }
            done.add("peer " + peer);
        }

        @Override
        public void end() {
            done.add("end");
        }
    }

    @Test
    void whatFailsForOnePeerKeepsNobodyElseFromTheirsNorTheNextTurn() throws Exception {
        try (EventLoopGroup group =
                new EventLoopGroup(NetConfig.of(List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)))
                        .withLoops(1))) {
            group.start();
            Runnable turnEnd = group.loops().get(0).turnEnd(new Serving());

            for (int i = 0; i < 2; i++) {
                turnEnd.run();

                for (String step : List.of("begin", "peer 0", "peer 2", "end")) {
                    assertThat(done.poll(20, TimeUnit.SECONDS)).isEqualTo(step);
                }
            }
        }
    }
}
