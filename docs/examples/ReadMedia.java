import dev.weir.schemas.EndOfStream;
import dev.weir.schemas.Gap;
import dev.weir.schemas.LogEntry;
import dev.weir.schemas.LogPacket;
import dev.weir.schemas.MalformedRecordException;
import dev.weir.schemas.RecordDecoder;
import dev.weir.schemas.RelayBatch;
import dev.weir.schemas.SchemaRegistry;
import dev.weir.schemas.Topics;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Prints every packet of a stream until it ends. Needs weir-schemas, kafka-clients and SLF4J on the class path:
 *
 * <pre>java -Dlogback.configurationFile=dev/weir/standalone/cli-logback.xml -cp 'standalone/target/weir/lib/*' \
 *     docs/examples/ReadMedia.java localhost:9092 lobby</pre>
 *
 * A third argument is the address of the schema registry, when the gateway writes with one.
 */
public final class ReadMedia {

    public static void main(String[] args) throws MalformedRecordException, IOException {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers", args[0], "group.id", "read-media-java-" + args[1], "auto.offset.reset", "earliest",
                "enable.auto.commit", "false");
        RecordDecoder decoder =
                args.length > 2 ? new RecordDecoder(new SchemaRegistry(URI.create(args[2]))) : new RecordDecoder();
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
            consumer.subscribe(List.of(Topics.MEDIA));
            boolean ended = false;
            while (!ended) {
                for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
                    if (args[1].equals(record.key())) {
                        ended |= print(decoder.batch(record.value()));
                    }
                }
            }
        }
    }

    private static boolean print(RelayBatch batch) {
        boolean ended = false;
        for (LogEntry entry : batch.entries()) {
            if (entry instanceof LogPacket packet) {
                System.out.printf("packet track=%d seq=%d bytes=%d%s%n", packet.trackIndex(), packet.extendedSequence(),
                        packet.payload().remaining(), packet.keyframeStart() ? " key" : "");
            } else if (entry instanceof Gap gap) {
                System.out.printf("gap of %d packets: %s%n", gap.packets(), gap.reason());
            } else if (entry instanceof EndOfStream end) {
                System.out.printf("end of %s: %s%n", batch.streamId(), end.reason());
                ended = true;
            }
        }
        return ended;
    }
}
