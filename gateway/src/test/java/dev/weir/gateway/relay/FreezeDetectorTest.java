package dev.weir.gateway.relay;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FreezeDetectorTest {
    @Test
    void aPauseCountsWhenItIsThreeIntervalsAnd150Milliseconds() {
        FreezeDetector detector = new FreezeDetector();
        long atMicros = 0;
        for (int i = 0; i < 60; i++) {
            detector.onFrame(atMicros += 40_000);
        }
        detector.onFrame(atMicros += 185_000);
        assertThat(detector.freezes()).isZero();

        for (int i = 0; i < 60; i++) {
            detector.onFrame(atMicros += 40_000);
        }
        detector.onFrame(atMicros + 195_000);

        assertThat(detector.freezes()).isEqualTo(1);
        assertThat(detector.freezeMicros()).isEqualTo(195_000);
    }
}
