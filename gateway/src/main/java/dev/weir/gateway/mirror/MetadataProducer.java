package dev.weir.gateway.mirror;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.schemas.LogHeaders;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;

/** Gives metadata records to a Kafka producer of their own. Metadata thread. */
final class MetadataProducer {
    private static final byte[] YES = {'1'};

    private final Producer<byte[], byte[]> producer;
    private final Map<MetadataTopic, Integer> partitions;
    private final MetadataEncoder encoder;
    private final MirrorCounters counters;

    /** Takes how many partitions the topics have that can be written; records for others are dropped. */
    MetadataProducer(
            Producer<byte[], byte[]> producer,
            Map<MetadataTopic, Integer> partitions,
            MetadataEncoder encoder,
            MirrorCounters counters) {
        this.producer = producer;
        this.encoder = encoder;
        this.partitions = new EnumMap<>(MetadataTopic.class);
        this.partitions.putAll(partitions);
        this.counters = counters;
    }

    /** Gives a record to the producer; false = not now, try again later. */
    boolean send(MetadataRecord record) {
        Integer available = partitions.get(record.topic());
        if (available == null) {
            counters.metadataDropped.increment();
            return true;
        }
        Integer partition = record.partition() < 0 ? null : record.partition() % available;
        ProducerRecord<byte[], byte[]> made = new ProducerRecord<>(
                record.topic().topicName(),
                partition,
                record.atMicros() / 1000,
                record.key().getBytes(UTF_8),
                encoder.encode(record.value()));
        if (record.keyframe()) {
            made.headers().add(LogHeaders.KEY_FRAME, YES);
        }
        Attempt attempt = new Attempt();
        try {
            // The callback hears what the future would tell.
            Future<RecordMetadata> unused = producer.send(made, attempt::completed);
        } catch (RuntimeException e) {
            attempt.completed(null, e);
        }
        return attempt.handedOver();
    }

    /** One call of {@code send}: what fails inside it is tried again, what fails later is counted. */
    private final class Attempt {
        private boolean handedOver;
        private boolean refused;

        synchronized void completed(@Nullable RecordMetadata metadata, @Nullable Exception exception) {
            if (exception == null) {
                counters.metadataAcknowledged.increment();
            } else if (handedOver) {
                counters.metadataDropped.increment();
            } else {
                refused = true;
            }
        }

        synchronized boolean handedOver() {
            handedOver = true;
            return !refused;
        }
    }

    void close(Duration timeout) {
        producer.close(timeout);
    }
}
