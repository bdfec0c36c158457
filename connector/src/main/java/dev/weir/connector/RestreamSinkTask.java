package dev.weir.connector;

import dev.weir.connector.config.RestreamSinkConfig;
import dev.weir.connector.restream.LiveRestream;
import dev.weir.connector.restream.RestreamSettings;
import dev.weir.connector.restream.RtpTarget;
import dev.weir.schemas.MalformedRecordException;
import dev.weir.schemas.RelayBatchCodec;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTask;
import org.jspecify.annotations.Nullable;

/** Translates the life of a Connect task for {@link LiveRestream}, and does nothing else. One thread. */
public final class RestreamSinkTask extends SinkTask {
    private @Nullable LiveRestream restream;
    private @Nullable RejectedRecords rejected;

    @Override
    public void start(Map<String, String> props) {
        RestreamSinkConfig config = new RestreamSinkConfig(props);
        RtpTarget target;
        try {
            target = RtpTarget.parse(config.url().value());
        } catch (IllegalArgumentException mistake) {
            throw new ConnectException(RestreamSinkConfig.URL + ": " + mistake.getMessage(), mistake);
        }
        LiveRestream started = new LiveRestream(new RestreamSettings(
                config.stream(), target, config.sdpFile(), config.queuePackets(), config.latency(), config.maxAge()));
        started.start();
        restream = started;
        rejected = new RejectedRecords(context.errantRecordReporter());
    }

    @Override
    public void put(Collection<SinkRecord> records) {
        LiveRestream live = restream;
        RejectedRecords rejections = rejected;
        if (live == null || rejections == null) {
            throw new IllegalStateException("the task is not started");
        }
        long nowMicros = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
        for (SinkRecord record : records) {
            Optional<byte[]> value = SinkValue.bytes(record.value());
            if (value.isPresent()) {
                try {
                    live.add(RelayBatchCodec.decode(value.get()), nowMicros);
                } catch (MalformedRecordException notOurs) {
                    rejections.reject(record, notOurs);
                } catch (UncheckedIOException failure) {
                    throw new ConnectException(failure.getMessage(), failure);
                }
            } else {
                rejections.reject(record, new ConnectException(SinkValue.HINT));
            }
        }
    }

    @Override
    public void stop() {
        LiveRestream live = restream;
        restream = null;
        if (live != null) {
            live.close();
        }
    }

    @Override
    public String version() {
        return Version.current();
    }
}
