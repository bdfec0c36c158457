package dev.weir.gateway.egress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.gateway.relay.RelayPacket;
import dev.weir.webrtc.rtp.MediaKind;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** What is remembered of packets that were sent, bounded by number and age. */
class SentHistoryTest {
    private static final long MILLI = 1_000_000;
    private static final int CAPACITY = 64;
    private static final long AGE = 3_000 * MILLI;
    private static final long TICK = 100 * MILLI;
    /** A step may have begun just before a packet, and ends with a tick. */
    private static final long LONGEST = AGE + AGE / 8 + 9 * TICK;

    private static final RelayPacket PACKET =
            RelayPacket.builder(MediaKind.VIDEO).build();

    private final SentHistory history = new SentHistory(CAPACITY, false, 0);

    private void add(long sequence) {
        history.add(sequence, 0, PACKET, true, 0, ByteBuffer.allocate(0));
    }

    /** Losses, packets out of order, bursts of more than there is room for, and pauses. */
    @RepeatedTest(100)
    void whatIsYoungAndAmongTheLastIsHeldAndNothingThatIsOld(RepetitionInfo repetition) {
        SplittableRandom random = new SplittableRandom(repetition.getCurrentRepetition());
        Map<Long, Long> sentAt = new HashMap<>();
        long newest = 0x1_0000;
        for (long now = TICK; now < 30_000 * MILLI; now += TICK) {
            int burst = random.nextInt(10) == 0 ? random.nextInt(2 * CAPACITY) : random.nextInt(3);
            boolean pauses = now / (5_000 * MILLI) % 2 == 1;
            for (int i = 0; i < burst && !pauses; i++) {
                newest += random.nextInt(20) == 0 ? 2 + random.nextInt(300) : 1;
                add(newest);
                sentAt.put(newest, now);
                if (random.nextInt(20) == 0) {
                    newest++;
                    add(newest + 1);
                    sentAt.put(newest + 1, now);
                    add(newest);
                    sentAt.put(newest, now);
                    newest++;
                }
            }
            history.forget(AGE, now);
            for (Map.Entry<Long, Long> packet : sentAt.entrySet()) {
                boolean among = packet.getKey() > newest - CAPACITY;
                long age = now - packet.getValue();
                boolean held = history.find(packet.getKey()) >= 0;
                boolean silent = now - sentAt.getOrDefault(newest, now) > LONGEST;
                if (silent || (among && age > LONGEST)) {
                    assertThat(held).as("%d at %d", packet.getKey(), now).isFalse();
                } else if (among && age < AGE) {
                    assertThat(held).as("%d at %d", packet.getKey(), now).isTrue();
                }
            }
        }
    }

    @Test
    void theLastPacketsAreToldInRoundsOverThoseThatAreLeft() {
        for (int sequence = 1; sequence <= 5; sequence++) {
            add(sequence);
        }
        history.forget(AGE, AGE);
        add(6);
        add(7);
        for (int i = 1; i <= 8; i++) {
            history.forget(AGE, AGE + i * AGE / 8);
        }

        assertThat(history.sequence(history.back(0))).isEqualTo(7);
        assertThat(history.sequence(history.back(1))).isEqualTo(6);
        assertThat(history.sequence(history.back(2))).isEqualTo(7);

        history.forget(AGE, 3 * AGE);
        assertThat(history.back(0)).isEqualTo(-1);
    }
}
