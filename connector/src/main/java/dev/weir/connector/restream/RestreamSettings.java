package dev.weir.connector.restream;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How one stream is pushed.
 *
 * @param streamId the stream
 * @param target where to
 * @param sdpFile where the session description for receivers is written
 * @param queueCapacity packets that may wait to be sent
 * @param latency how far sending lags behind arrival, so that bursts of the log leave evenly
 * @param maxAge records that arrived longer ago are passed over: a restream is live or nothing
 */
public record RestreamSettings(
        String streamId, RtpTarget target, Path sdpFile, int queueCapacity, Duration latency, Duration maxAge) {
    /** Checks the ranges. */
    public RestreamSettings {
        if (streamId.isEmpty() || queueCapacity < 1 || latency.isNegative() || maxAge.compareTo(latency) <= 0) {
            throw new IllegalArgumentException("a stream, a queue of 1 or more, and a maximum age above the latency: "
                    + streamId + ", " + queueCapacity + ", " + maxAge + ", " + latency);
        }
    }
}
