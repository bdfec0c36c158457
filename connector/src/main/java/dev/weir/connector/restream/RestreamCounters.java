package dev.weir.connector.restream;

import dev.weir.schemas.TargetState;
import java.util.concurrent.TimeUnit;

/** Counts what a target does, over all its connections. Thread-safe. */
final class RestreamCounters {
    private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(2);

    private TargetState state = TargetState.WAITING_FOR_MEDIA;
    private String lastError = "";
    private long closedBytes;
    private long openBytes;
    private long windowStartNanos;
    private long windowBytes;
    private long bitrateBps;
    private long delayMicros;
    private long passedOver;
    private long skips;
    private long connects;
    private long failures;

    synchronized void state(TargetState now) {
        state = now;
    }

    synchronized void connected() {
        state = TargetState.SENDING;
        connects++;
    }

    synchronized void failed(String cause) {
        state = TargetState.WAITING_TO_RETRY;
        failures++;
        lastError = cause;
    }

    synchronized void closed() {
        closedBytes += openBytes;
        openBytes = 0;
        bitrateBps = 0;
    }

    synchronized void sent(long bytesOfConnection, long nowNanos) {
        openBytes = bytesOfConnection;
        long total = closedBytes + openBytes;
        long elapsed = nowNanos - windowStartNanos;
        if (windowStartNanos == 0 || elapsed >= WINDOW_NANOS) {
            bitrateBps = windowStartNanos == 0 ? 0 : (total - windowBytes) * 8_000_000 / (elapsed / 1_000);
            windowStartNanos = nowNanos;
            windowBytes = total;
        }
    }

    synchronized void delay(long micros) {
        delayMicros = micros;
    }

    synchronized void passedOver(long batches, long times) {
        passedOver = batches;
        skips = times;
    }

    synchronized RestreamStatus status(long queuedBytes) {
        return new RestreamStatus(
                state,
                closedBytes + openBytes,
                bitrateBps,
                delayMicros / 1_000,
                passedOver,
                skips,
                connects,
                failures,
                queuedBytes,
                lastError);
    }
}
