package dev.weir.standalone.restore;

import dev.weir.connector.archive.LogCopies;
import dev.weir.connector.mux.MalformedMediaException;
import dev.weir.schemas.LogHeaders;
import dev.weir.schemas.RelayBatch;
import dev.weir.standalone.journal.LogPosition;
import dev.weir.standalone.journal.LogReader;
import dev.weir.standalone.process.StartFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.CRC32C;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * Puts a stream's records back into a topic, in their order, each once: what the topic holds is looked up first, and only
 * what it lacks is appended. Memory holds one object of the archive, and what Kafka's producer has not sent yet. One thread.
 */
public final class Restore {
    private static final String RECORD_BYTES = Integer.toString(2 << 20);

    private final LogCopies copies;
    private final LogReader reader;
    private final Properties client;
    private final String topic;
    private final String stream;
    private final HeldRecords held;
    private final CRC32C written = new CRC32C();
    private final AtomicReference<@Nullable Exception> refusal = new AtomicReference<>();
    private long restored;
    private long bytes;
    private long present;
    private long missing;
    private long lastEpoch = -1;
    private long lastBatch = -1;

    /**
     * Takes what to restore and where to.
     *
     * @param reader of {@code topic}; stays the caller's
     * @param client Kafka's own client properties
     */
    public Restore(LogCopies copies, LogReader reader, Properties client, String topic, String stream) {
        this.copies = copies;
        this.reader = reader;
        this.client = client;
        this.topic = topic;
        this.stream = stream;
        this.held = new HeldRecords(stream);
    }

    /**
     * Restores one epoch, or all.
     *
     * @param progress told about objects done and objects there are
     * @throws StartFailure with one line that says what to do; what was written before stays, and a next run goes on behind it
     */
    public RestoreReport run(OptionalLong epoch, LogReader.Progress progress)
            throws StartFailure, IOException, InterruptedException {
        List<String> manifests = copies.manifests(epoch);
        if (manifests.isEmpty()) {
            throw new StartFailure("the archive holds nothing of stream '" + stream + "'"
                    + (epoch.isPresent() ? ", epoch " + epoch.getAsLong() : ""));
        }
        long[] firstMicros = {Long.MAX_VALUE};
        read(
                manifests.get(0),
                (object, batch, value) -> firstMicros[0] = Math.min(firstMicros[0], batch.firstArrivalMicros()));
        try (Admin admin = Admin.create(client)) {
            RestoreTopic target = new RestoreTopic(admin, topic);
            int partitions = target.prepare(firstMicros[0] / 1_000, Instant.now());
            // Whatever is there of these epochs, or of later ones, has a later time stamp.
            reader.seek(LogPosition.atMicros(firstMicros[0]));
            reader.readRawBefore(
                    LogPosition.END,
                    record -> {
                        held.add(record);
                        return true;
                    },
                    (done, total) -> progress.at(0, manifests.size()));
            byte[] key = stream.getBytes(StandardCharsets.UTF_8);
            int partition = held.partition().orElse(Utils.toPositive(Utils.murmur2(key)) % partitions);
            long end = target.end(partition);
            write(manifests, partition, progress);
            prove(partition, end);
            return new RestoreReport(stream, topic, partition, manifests.size(), restored, bytes, present, missing);
        }
    }

    private void write(List<String> manifests, int partition, LogReader.Progress progress)
            throws StartFailure, InterruptedException {
        Properties settings = new Properties();
        settings.setProperty(ProducerConfig.LINGER_MS_CONFIG, "20");
        settings.setProperty(ProducerConfig.BATCH_SIZE_CONFIG, Integer.toString(1 << 20));
        settings.setProperty(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, RECORD_BYTES);
        settings.putAll(client);
        // Each record once and in order, whatever is sent again.
        settings.setProperty(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
        settings.setProperty(ProducerConfig.ACKS_CONFIG, "all");
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            long done = 0;
            for (String manifest : manifests) {
                progress.at(done++, manifests.size());
                read(manifest, (object, batch, value) -> add(producer, partition, object, batch, value));
                producer.flush();
                requireTaken();
            }
        } catch (InterruptException e) {
            throw (InterruptedException) new InterruptedException("while Kafka takes records").initCause(e);
        }
    }

    private void read(String manifest, LogCopies.Sink<StartFailure> sink) throws StartFailure {
        try {
            copies.read(manifest, sink);
        } catch (MalformedMediaException | IOException e) {
            throw new StartFailure("cannot read the archive at " + manifest + ": " + e.getMessage(), e);
        }
    }

    private void add(
            KafkaProducer<byte[], byte[]> producer, int partition, String object, RelayBatch batch, byte[] value)
            throws StartFailure {
        missing += Math.max(0, batch.batchNumber() - (batch.epoch() == lastEpoch ? lastBatch + 1 : 0));
        lastEpoch = batch.epoch();
        lastBatch = batch.batchNumber();
        if (held.holds(batch.epoch(), batch.batchNumber())) {
            present++;
            return;
        }
        if (!held.isInOrder(batch.epoch(), batch.batchNumber())) {
            throw new StartFailure("topic " + topic + " holds later records of '" + stream + "' than batch "
                    + batch.batchNumber() + " of epoch " + batch.epoch()
                    + ": behind them no reader would take it. Restore into a topic of its own, with --topic");
        }
        held.add(batch.epoch(), batch.batchNumber());
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                topic, partition, batch.firstArrivalMicros() / 1_000, stream.getBytes(StandardCharsets.UTF_8), value);
        LogHeaders.of(batch).forEach(record.headers()::add);
        record.headers().add(LogHeaders.RESTORED, object.getBytes(StandardCharsets.UTF_8));
        // The callback hears what the future would tell.
        Future<RecordMetadata> unused = producer.send(record, (metadata, exception) -> {
            if (exception != null) {
                refusal.compareAndSet(null, exception);
            }
        });
        written.update(value);
        restored++;
        bytes += value.length;
        if (restored == 1) {
            // A broker that has just become leader may refuse a producer's first batch and take its second, and then
            // refuse the first for good. So the first goes alone.
            producer.flush();
            requireTaken();
        }
    }

    private void requireTaken() throws StartFailure {
        Exception exception = refusal.get();
        if (exception != null) {
            throw new StartFailure(
                    "Kafka does not take the records into topic " + topic + ": " + exception.getMessage()
                            + ". Mend it and run this again: it goes on behind what is there",
                    exception);
        }
    }

    /** Reads back what was written. */
    private void prove(int partition, long from) throws StartFailure {
        CRC32C found = new CRC32C();
        long[] count = {0};
        reader.seek(partition, from);
        reader.readRawBefore(
                LogPosition.END,
                record -> {
                    if (stream.equals(record.key()) && record.value() != null) {
                        found.update(record.value());
                        count[0]++;
                    }
                    return true;
                },
                (done, total) -> {});
        if (count[0] != restored || found.getValue() != written.getValue()) {
            throw new StartFailure("topic " + topic + " holds " + count[0] + " records of '" + stream + "' where "
                    + restored + " were written, or others: does somebody else write the stream into it?");
        }
    }
}
