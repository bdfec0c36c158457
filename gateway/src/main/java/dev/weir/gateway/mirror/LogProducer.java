package dev.weir.gateway.mirror;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.schemas.LogHeaders;
import dev.weir.schemas.RelayBatch;
import dev.weir.schemas.RelayBatchCodec;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.ApplicationRecoverableException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * Gives batches to a Kafka producer and accounts for their acknowledgement. {@link #send} belongs to the mirror thread;
 * acknowledgements arrive on the producer's thread.
 *
 * <p>The first record of every partition is sent alone and awaited: an idempotent producer with several requests in
 * flight loses records when the topic is only just created (KAFKA-15591).
 *
 * <p>Slow is not broken: a producer that Kafka does not answer keeps what it has, in order, and goes on when Kafka is back.
 * Only {@link #WINDOW_BYTES} are given to it without an acknowledgement; the rest of an outage waits in the queues. What a
 * broken one held is neither written for sure nor lost for sure: it goes back to its owner as unsettled.
 */
final class LogProducer {
    /** Given to Kafka and not acknowledged, at most; many times what a healthy Kafka leaves unanswered. */
    static final long WINDOW_BYTES = 8_000_000;

    private static final int COLD = 0;
    private static final int WARMING = 1;
    private static final int WARM = 2;

    private final Producer<byte[], byte[]> producer;
    private final String topic;
    private final int partitions;
    private final MirrorBuffer buffer;
    private final MirrorCounters counters;
    private final RelayBatchCodec codec;
    private final AtomicIntegerArray warmth;
    private final AtomicLongArray nextOffsets;
    private final LogEnd written;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicLong inFlightBytes = new AtomicLong();
    private volatile long lastProgressNanos;
    private volatile Optional<Exception> failure = Optional.empty();
    private volatile Optional<Exception> defect = Optional.empty();
    private volatile boolean abandoned;

    /** Takes where the partitions of the topic end now, and what {@code written} found of a former producer's records. */
    LogProducer(
            Producer<byte[], byte[]> producer,
            String topic,
            long[] ends,
            LogEnd written,
            RelayBatchCodec codec,
            MirrorBuffer buffer,
            MirrorCounters counters) {
        this.codec = codec;
        this.producer = producer;
        this.topic = topic;
        this.partitions = ends.length;
        this.buffer = buffer;
        this.counters = counters;
        this.warmth = new AtomicIntegerArray(partitions);
        this.nextOffsets = new AtomicLongArray(ends);
        this.written = written;
    }

    /** Returns what the log was found to hold of the records that a former producer left unsettled. */
    LogEnd written() {
        return written;
    }

    /** Returns the partition of a stream: that of Kafka's own partitioner for this key. */
    int partitionOf(String streamId) {
        return Utils.toPositive(Utils.murmur2(streamId.getBytes(UTF_8))) % partitions;
    }

    /**
     * Gives a batch to the producer; false = not now, try again later. Blocks for the producer's {@code max.block.ms}
     * at worst. A batch that Kafka refuses later is reported to {@link BatchOwner#onLost}.
     */
    boolean send(OutgoingBatch outgoing, BatchOwner owner) {
        int partition = outgoing.partition() % partitions;
        if (warmth.get(partition) == WARMING || inFlightBytes.get() >= WINDOW_BYTES || defect.isPresent()) {
            return false;
        }
        ProducerRecord<byte[], byte[]> record = record(outgoing.batch(), partition);
        Attempt attempt = new Attempt(outgoing, owner, partition, record.value().length);
        warmth.compareAndSet(partition, COLD, WARMING);
        if (inFlight.getAndIncrement() == 0 && failure.isEmpty()) {
            lastProgressNanos = System.nanoTime();
        }
        inFlightBytes.addAndGet(attempt.bytes);
        try {
            // The callback hears what the future would tell.
            Future<RecordMetadata> unused = producer.send(record, attempt::completed);
        } catch (RuntimeException e) {
            attempt.completed(null, e);
        }
        return attempt.handedOver();
    }

    private ProducerRecord<byte[], byte[]> record(RelayBatch batch, int partition) {
        byte[] key = batch.streamId().getBytes(UTF_8);
        ProducerRecord<byte[], byte[]> made =
                new ProducerRecord<>(topic, partition, batch.firstArrivalMicros() / 1000, key, codec.encode(batch));
        LogHeaders.of(batch).forEach(made.headers()::add);
        return made;
    }

    /**
     * One call of {@code send}. The producer reports what it refuses at once (no metadata, buffer full) and what fails
     * later through the same callback; only the latter is a loss.
     */
    private final class Attempt {
        private final OutgoingBatch outgoing;
        private final BatchOwner owner;
        private final int partition;
        private final int bytes;
        private boolean handedOver;
        private @Nullable Exception refusal;

        Attempt(OutgoingBatch outgoing, BatchOwner owner, int partition, int bytes) {
            this.outgoing = outgoing;
            this.owner = owner;
            this.partition = partition;
            this.bytes = bytes;
        }

        synchronized void completed(@Nullable RecordMetadata metadata, @Nullable Exception exception) {
            inFlight.decrementAndGet();
            inFlightBytes.addAndGet(-bytes);
            refusal = exception;
            if (exception == null) {
                acknowledged(metadata);
            } else {
                warmth.set(partition, COLD);
                if (isDefect(exception)) {
                    defect = Optional.of(exception);
                }
                if (handedOver) {
                    failed(exception);
                }
            }
        }

        private void failed(Exception exception) {
            if (abandoned || isDefect(exception)) {
                owner.onUnsettled(outgoing, LogProducer.this);
            } else {
                lost(exception);
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
            if (failure.isEmpty()) {
                lastProgressNanos = System.nanoTime();
            }
            failure = Optional.of(exception);
            return false;
        }

        private void acknowledged(@Nullable RecordMetadata metadata) {
            warmth.set(partition, WARM);
            lastProgressNanos = System.nanoTime();
            failure = Optional.empty();
            account(outgoing);
            counters.bytesAcknowledged.add(bytes);
            if (metadata != null && metadata.hasOffset()) {
                nextOffsets.accumulateAndGet(partition, metadata.offset() + 1, Math::max);
            }
            owner.onAcknowledged(
                    outgoing,
                    metadata != null && metadata.hasOffset()
                            ? OptionalLong.of(metadata.offset())
                            : OptionalLong.empty());
        }

        private void lost(Exception exception) {
            failure = Optional.of(exception);
            discard(outgoing);
            owner.onLost(outgoing);
        }
    }

    /** Counts a batch that will never be in the log and frees its room in the buffer; any thread. */
    void discard(OutgoingBatch lost) {
        buffer.release(lost.reservedBytes());
        counters.packetsFailed.add(lost.packets());
    }

    /** Counts a batch that is in the log and frees its room in the buffer; any thread. */
    void account(OutgoingBatch written) {
        buffer.release(written.reservedBytes());
        counters.batchesAcknowledged.increment();
        counters.packetsAcknowledged.add(written.packets());
    }

    /** Returns why Kafka took something not, since the last acknowledgement; any thread. */
    Optional<Exception> failure() {
        return failure;
    }

    /**
     * Returns why this producer can write no more, which only a new one mends: it was fenced, may not write with
     * idempotence, or broke. Any thread.
     */
    Optional<Exception> defect() {
        return defect;
    }

    /** What a broker says of a record is an {@link ApiException}; anything else is the producer's own end. */
    private static boolean isDefect(Exception exception) {
        return !(exception instanceof ApiException)
                || exception instanceof ApplicationRecoverableException
                || exception instanceof ClusterAuthorizationException
                || exception instanceof UnsupportedVersionException;
    }

    /** Returns for how long records have waited without any acknowledgement; 0 when none waits. Any thread. */
    Duration stalledFor(long nowNanos) {
        return inFlight.get() == 0 && failure.isEmpty()
                ? Duration.ZERO
                : Duration.ofNanos(Math.max(0, nowNanos - lastProgressNanos));
    }

    /** Ends the producer without waiting; what it has not told the fate of becomes unsettled before this returns. */
    void abandon() {
        abandoned = true;
        producer.close(Duration.ZERO);
    }

    /** Returns by partition where records lie, if anywhere, that became unsettled. */
    Map<Integer, Long> unsettledFrom() {
        Map<Integer, Long> from = new HashMap<>();
        for (int partition = 0; partition < partitions; partition++) {
            from.put(partition, nextOffsets.get(partition));
        }
        return from;
    }

    /** Waits for the acknowledgement of everything sent, at most {@code timeout}, and closes the producer. */
    void close(Duration timeout) {
        producer.close(timeout);
    }
}
