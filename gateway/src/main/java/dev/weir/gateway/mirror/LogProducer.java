package dev.weir.gateway.mirror;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.schemas.LogHeaders;
import dev.weir.schemas.RelayBatch;
import dev.weir.schemas.RelayBatchCodec;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * Gives batches to a Kafka producer and accounts for their acknowledgement. {@link #send} belongs to the mirror thread;
 * acknowledgements arrive on the producer's thread.
 *
 * <p>The first record of every partition is sent alone and awaited: an idempotent producer with several requests in
 * flight loses records when the topic is only just created (KAFKA-15591).
 */
final class LogProducer {
    private static final int COLD = 0;
    private static final int WARMING = 1;
    private static final int WARM = 2;
    private static final byte[] YES = {'1'};

    private final Producer<byte[], byte[]> producer;
    private final String topic;
    private final int partitions;
    private final MirrorBuffer buffer;
    private final MirrorCounters counters;
    private final RelayBatchCodec codec;
    private final AtomicIntegerArray warmth;
    private final AtomicInteger inFlight = new AtomicInteger();
    private volatile long lastProgressNanos;
    private volatile Optional<Exception> failure = Optional.empty();

    LogProducer(
            Producer<byte[], byte[]> producer,
            String topic,
            int partitions,
            RelayBatchCodec codec,
            MirrorBuffer buffer,
            MirrorCounters counters) {
        this.codec = codec;
        this.producer = producer;
        this.topic = topic;
        this.partitions = partitions;
        this.buffer = buffer;
        this.counters = counters;
        this.warmth = new AtomicIntegerArray(partitions);
    }

    /** Returns the partition of a stream: that of Kafka's own partitioner for this key. */
    int partitionOf(String streamId) {
        return Utils.toPositive(Utils.murmur2(streamId.getBytes(UTF_8))) % partitions;
    }

    /**
     * Gives a batch to the producer; false = not now, try again later. Blocks for the producer's {@code max.block.ms}
     * at worst. A batch that Kafka refuses later is reported to {@link EpochLog#onLost}.
     */
    boolean send(OutgoingBatch outgoing, EpochLog owner) {
        int partition = outgoing.partition() % partitions;
        if (warmth.get(partition) == WARMING) {
            return false;
        }
        Attempt attempt = new Attempt(outgoing, owner, partition);
        warmth.compareAndSet(partition, COLD, WARMING);
        if (inFlight.getAndIncrement() == 0) {
            lastProgressNanos = System.nanoTime();
        }
        try {
            // The callback hears what the future would tell.
            Future<RecordMetadata> unused = producer.send(record(outgoing.batch(), partition), attempt::completed);
        } catch (RuntimeException e) {
            attempt.completed(null, e);
        }
        return attempt.handedOver();
    }

    private ProducerRecord<byte[], byte[]> record(RelayBatch batch, int partition) {
        byte[] key = batch.streamId().getBytes(UTF_8);
        ProducerRecord<byte[], byte[]> made =
                new ProducerRecord<>(topic, partition, batch.firstArrivalMicros() / 1000, key, codec.encode(batch));
        Headers headers = made.headers();
        headers.add(LogHeaders.STREAM, key);
        headers.add(LogHeaders.EPOCH, Long.toString(batch.epoch()).getBytes(UTF_8));
        headers.add(LogHeaders.BATCH, Long.toString(batch.batchNumber()).getBytes(UTF_8));
        if (batch.startsKeyframe()) {
            headers.add(LogHeaders.KEY_FRAME, YES);
        }
        if (batch.ends()) {
            headers.add(LogHeaders.END, YES);
        }
        return made;
    }

    /**
     * One call of {@code send}. The producer reports what it refuses at once (no metadata, buffer full) and what fails
     * later through the same callback; only the latter is a loss.
     */
    private final class Attempt {
        private final OutgoingBatch outgoing;
        private final EpochLog owner;
        private final int partition;
        private boolean handedOver;
        private @Nullable Exception refusal;

        Attempt(OutgoingBatch outgoing, EpochLog owner, int partition) {
            this.outgoing = outgoing;
            this.owner = owner;
            this.partition = partition;
        }

        synchronized void completed(@Nullable RecordMetadata metadata, @Nullable Exception exception) {
            inFlight.decrementAndGet();
            refusal = exception;
            if (exception == null) {
                acknowledged(metadata);
            } else {
                warmth.set(partition, COLD);
                if (handedOver) {
                    lost(exception);
                }
            }
        }

        /** Returns whether the batch is out of our hands: false = it failed inside {@code send}, try again. */
        synchronized boolean handedOver() {
            handedOver = true;
            Exception exception = refusal;
            if (exception == null) {
                return true;
            }
            if (exception instanceof RecordTooLargeException) {
                lost(exception);
                return true;
            }
            failure = Optional.of(exception);
            return false;
        }

        private void acknowledged(@Nullable RecordMetadata metadata) {
            warmth.set(partition, WARM);
            lastProgressNanos = System.nanoTime();
            failure = Optional.empty();
            buffer.release(outgoing.reservedBytes());
            counters.batchesAcknowledged.increment();
            counters.packetsAcknowledged.add(outgoing.packets());
            if (metadata != null) {
                counters.bytesAcknowledged.add(metadata.serializedValueSize());
            }
            owner.onAcknowledged(
                    outgoing,
                    metadata != null && metadata.hasOffset()
                            ? OptionalLong.of(metadata.offset())
                            : OptionalLong.empty());
        }

        private void lost(Exception exception) {
            failure = Optional.of(exception);
            buffer.release(outgoing.reservedBytes());
            counters.packetsFailed.add(outgoing.packets());
            owner.onLost(outgoing);
        }
    }

    /** Returns why Kafka took something not, since the last acknowledgement; any thread. */
    Optional<Exception> failure() {
        return failure;
    }

    /** Returns for how long records have waited without any acknowledgement; 0 when none waits. Any thread. */
    Duration stalledFor(long nowNanos) {
        return inFlight.get() == 0 ? Duration.ZERO : Duration.ofNanos(Math.max(0, nowNanos - lastProgressNanos));
    }

    /** Waits for the acknowledgement of everything sent, at most {@code timeout}, and closes the producer. */
    void close(Duration timeout) {
        producer.close(timeout);
    }
}
