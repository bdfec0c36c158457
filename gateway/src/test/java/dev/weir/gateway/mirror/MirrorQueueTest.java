package dev.weir.gateway.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class MirrorQueueTest {
    @Test
    @Timeout(30)
    void itemsCrossThreadsInOrder() throws InterruptedException {
        int count = 500_000;
        MirrorQueue<Integer> queue = new MirrorQueue<>();
        Thread producer = new Thread(() -> {
            for (int i = 0; i < count; i++) {
                queue.add(i);
            }
        });
        producer.start();

        int expected = 0;
        while (expected < count) {
            Optional<Integer> next = queue.poll();
            if (next.isPresent()) {
                assertThat(next.get()).isEqualTo(expected++);
            } else {
                Thread.onSpinWait();
            }
        }

        producer.join();
        assertThat(queue.poll()).isEmpty();
    }
}
