package dev.weir.connector;

import java.time.Duration;
import java.util.concurrent.Future;
import org.apache.kafka.connect.sink.ErrantRecordReporter;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Passes on what is not a record of the media log: to Connect's reporter if there is one, else to the log, at times. */
final class RejectedRecords {
    private static final Logger LOG = LoggerFactory.getLogger(RejectedRecords.class);
    private static final long PERIOD_NANOS = Duration.ofMinutes(1).toNanos();

    private final @Nullable ErrantRecordReporter reporter;
    private long sinceLogged;
    private long loggedNanos;
    private boolean logged;

    RejectedRecords(@Nullable ErrantRecordReporter reporter) {
        this.reporter = reporter;
    }

    void reject(SinkRecord record, Exception reason) {
        sinceLogged++;
        long nowNanos = System.nanoTime();
        if (!logged || nowNanos - loggedNanos >= PERIOD_NANOS) {
            LOG.warn(
                    "topic={} partition={} offset={} skipped records={} latest: {}",
                    record.originalTopic(),
                    record.originalKafkaPartition(),
                    record.originalKafkaOffset(),
                    sinceLogged,
                    reason.getMessage());
            logged = true;
            loggedNanos = nowNanos;
            sinceLogged = 0;
        }
        if (reporter != null) {
            Future<Void> unused = reporter.report(record, reason); // Connect awaits it before it commits offsets
        }
    }
}
