import dev.weir.schemas.FrameMeta;
import dev.weir.schemas.MalformedRecordException;
import dev.weir.schemas.MetadataCodec;
import dev.weir.schemas.StreamCondition;
import dev.weir.schemas.StreamState;
import dev.weir.schemas.Topics;
import dev.weir.schemas.TrackKind;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Suppressed;
import org.apache.kafka.streams.kstream.Suppressed.BufferConfig;
import org.apache.kafka.streams.kstream.TimeWindows;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.BuiltInDslStoreSuppliers;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.apache.kafka.streams.state.ValueAndTimestamp;

/**
 * Kafka Streams over the metadata topics: bitrate and A/V skew per stream and 10 s, and an alert when a live stream has had no
 * frame for 3 s, whoever is to blame. Needs weir-schemas, kafka-streams and SLF4J on the class path:
 *
 * <pre>java -cp 'lib/*' docs/examples/WatchStreams.java localhost:9092</pre>
 */
public final class WatchStreams {
    private static final Duration WINDOW = Duration.ofSeconds(10);
    private static final Duration GRACE = Duration.ofSeconds(2);
    private static final Duration STALL = Duration.ofSeconds(3);
    private static final String CATALOGUE = "catalogue";

    public static void main(String[] args) {
        StreamsBuilder builder = new StreamsBuilder();
        builder.globalTable(
                Topics.STREAMS,
                Consumed.with(Serdes.String(), serde(MetadataCodec.streams())),
                Materialized.as(CATALOGUE));
        KStream<String, FrameMeta> frames = builder.stream(
                Topics.FRAMES, Consumed.with(Serdes.String(), serde(MetadataCodec.frames())));

        frames.groupByKey()
                .windowedBy(TimeWindows.ofSizeAndGrace(WINDOW, GRACE))
                .aggregate(
                        Tally::new,
                        (stream, frame, tally) -> tally.plus(frame),
                        Materialized.with(Serdes.String(), Serdes.serdeFrom((topic, t) -> t.encoded(), (topic, b) -> Tally.of(b))))
                .suppress(Suppressed.untilWindowCloses(BufferConfig.unbounded()))
                .toStream()
                .foreach((window, tally) -> System.out.printf("%s %s %d kbit/s, %s%n", window.key(),
                        window.window().startTime(), tally.bytes * 8 / WINDOW.toMillis(), tally.skew()));
        frames.process(StallAlert::new);

        Properties settings = new Properties();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "watch-streams");
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, args[0]);
        settings.put("auto.offset.reset", "earliest");
        settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 1_000); // Results leave the caches with a commit.
        settings.put(StreamsConfig.DSL_STORE_SUPPLIERS_CLASS_CONFIG, BuiltInDslStoreSuppliers.InMemoryDslStoreSuppliers.class);
        KafkaStreams streams = new KafkaStreams(builder.build(), settings);
        Runtime.getRuntime().addShutdownHook(new Thread(streams::close));
        streams.start();
    }

    /** Records of Weir as Kafka Streams wants them. One codec per serde: a codec belongs to one thread when it writes. */
    private static <R extends java.lang.Record> Serde<R> serde(MetadataCodec<R> codec) {
        return Serdes.serdeFrom((topic, fact) -> fact == null ? null : codec.encode(fact), (topic, bytes) -> {
            try {
                return bytes == null ? null : codec.decode(bytes);
            } catch (MalformedRecordException e) {
                throw new IllegalArgumentException(e);
            }
        });
    }

    /** What a window adds up. Delay is the time from capture to the gateway; its offset is the same for both tracks. */
    private record Tally(long bytes, long video, long videoDelay, long audio, long audioDelay) {
        Tally() {
            this(0, 0, 0, 0, 0);
        }

        Tally plus(FrameMeta frame) {
            boolean known = frame.captureTimeMicros().isPresent();
            long delay = frame.lastArrivalMicros() - frame.captureTimeMicros().orElse(0);
            boolean isVideo = known && frame.kind() == TrackKind.VIDEO;
            boolean isAudio = known && frame.kind() == TrackKind.AUDIO;
            return new Tally(bytes + frame.sizeBytes(), video + (isVideo ? 1 : 0), videoDelay + (isVideo ? delay : 0),
                    audio + (isAudio ? 1 : 0), audioDelay + (isAudio ? delay : 0));
        }

        String skew() {
            return video == 0 || audio == 0
                    ? "A/V skew not known"
                    : "video " + (videoDelay / video - audioDelay / audio) / 1_000 + " ms behind audio";
        }

        byte[] encoded() {
            return ByteBuffer.allocate(40).putLong(bytes).putLong(video).putLong(videoDelay).putLong(audio)
                    .putLong(audioDelay).array();
        }

        static Tally of(byte[] bytes) {
            ByteBuffer in = ByteBuffer.wrap(bytes);
            return new Tally(in.getLong(), in.getLong(), in.getLong(), in.getLong(), in.getLong());
        }
    }

    /** Looks once a second at when each stream had its last frame; the catalogue tells which ones are over. */
    private static final class StallAlert implements Processor<String, FrameMeta, Void, Void> {
        private final Map<String, Long> lastMicros = new HashMap<>();
        private final Map<String, Long> seenMillis = new HashMap<>();
        private final Map<String, Boolean> stalled = new HashMap<>();
        private ProcessorContext<Void, Void> context;
        private ReadOnlyKeyValueStore<String, ValueAndTimestamp<StreamState>> catalogue;

        @Override
        public void init(ProcessorContext<Void, Void> context) {
            this.context = context;
            catalogue = context.getStateStore(CATALOGUE);
            context.schedule(Duration.ofSeconds(1), PunctuationType.WALL_CLOCK_TIME, this::look);
        }

        @Override
        public void process(Record<String, FrameMeta> record) {
            lastMicros.merge(record.key(), record.value().lastArrivalMicros(), Math::max);
            seenMillis.put(record.key(), context.currentSystemTimeMs()); // Reading a backlog is no stall.
        }

        private void look(long nowMillis) {
            lastMicros.entrySet().removeIf(last -> isOver(last.getKey()));
            seenMillis.keySet().retainAll(lastMicros.keySet());
            stalled.keySet().retainAll(lastMicros.keySet());
            lastMicros.forEach((stream, micros) -> {
                boolean silent = nowMillis - seenMillis.get(stream) >= STALL.toMillis();
                if (silent != stalled.getOrDefault(stream, false)) {
                    stalled.put(stream, silent);
                    System.out.printf("%s %s%s%n", stream, silent ? "STALLED since " : "flows again at ",
                            Instant.ofEpochMilli(micros / 1_000));
                }
            });
        }

        private boolean isOver(String stream) {
            ValueAndTimestamp<StreamState> state = catalogue.get(stream);
            return state != null && state.value().condition() == StreamCondition.OFFLINE;
        }
    }
}
