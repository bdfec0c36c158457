package dev.weir.gateway.mirror;

import static dev.weir.gateway.mirror.Packets.EPOCH;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.gateway.facts.RecordedFacts;
import dev.weir.schemas.EndOfStream;
import dev.weir.schemas.Gap;
import dev.weir.schemas.RelayBatch;
import dev.weir.schemas.RelayBatchCodec;
import dev.weir.schemas.StreamCondition;
import dev.weir.schemas.StreamState;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** Epochs that a dead gateway left without an end. Time is an argument, from the real one on. */
class FormerEpochsTest {
    private static final long SECOND = 1_000_000_000;
    private static final long LAST_ARRIVAL = Packets.micros(-3_000);

    private final List<CompletableFuture<List<UnfinishedEpoch>>> pending = new ArrayList<>();
    private final RecordedFacts told = new RecordedFacts();
    private final FormerEpochs formers = new FormerEpochs(
            new Fake(),
            this::aside,
            told,
            InstantSource.fixed(Instant.EPOCH.plus(Packets.START_MICROS, ChronoUnit.MICROS)));
    private final MirrorBed bed = new MirrorBed(formers);
    private final MockProducer<byte[], byte[]> kafka = MirrorBed.producer(true);
    private final LogProducer producer = bed.producer(kafka, LogEnd.NONE);
    private final Packets packets = new Packets();
    private final long startNanos = System.nanoTime();

    private static final class Fake implements KafkaMirror.Connector {
        @Override
        public Connection connect(MirrorBuffer buffer, MirrorCounters counters, Map<Integer, Long> unsettledFrom) {
            throw new IllegalStateException();
        }
    }

    /** A look at the catalogue that is over when {@link #answer} is called. */
    private Future<List<UnfinishedEpoch>> aside(Callable<List<UnfinishedEpoch>> task) {
        CompletableFuture<List<UnfinishedEpoch>> look = new CompletableFuture<>();
        pending.add(look);
        return look;
    }

    private void answer(UnfinishedEpoch... found) {
        pending.get(pending.size() - 1).complete(List.of(found));
    }

    private static UnfinishedEpoch epoch(long number, long updatedMicros, boolean ended) {
        StreamState state = new StreamState(
                "lobby",
                number,
                StreamCondition.LIVE,
                LAST_ARRIVAL - 5_000_000,
                updatedMicros,
                Optional.of("publisher"),
                List.of(),
                2,
                1,
                400,
                50,
                OptionalLong.of(LAST_ARRIVAL - 1_000_000),
                300,
                OptionalLong.of(LAST_ARRIVAL - 4_000_000));
        return new UnfinishedEpoch(state, 66, LAST_ARRIVAL, ended);
    }

    private void publishAFrame() {
        bed.source.onTracks(EPOCH, Packets.TRACKS);
        bed.source.offer(packets.video(0, true, false, 800));
        bed.source.offer(packets.video(40, false, true, 800));
    }

    private List<RelayBatch> written() throws Exception {
        List<RelayBatch> batches = new ArrayList<>();
        for (ProducerRecord<byte[], byte[]> record : kafka.history()) {
            batches.add(RelayBatchCodec.decode(record.value()));
        }
        return batches;
    }

    @Test
    void theFormerEpochIsEndedBeforeTheNextOneBegins() throws Exception {
        publishAFrame();
        formers.turn(producer, startNanos);
        bed.log.pump(producer, Packets.micros(50));
        assertThat(kafka.history()).as("it waits to know").isEmpty();

        answer(epoch(EPOCH - 1, LAST_ARRIVAL, false));
        formers.turn(producer, startNanos + SECOND);
        bed.log.pump(producer, Packets.micros(60));

        List<RelayBatch> written = written();
        assertThat(written.get(0).epoch()).isEqualTo(EPOCH - 1);
        assertThat(written.get(0).batchNumber()).isEqualTo(67);
        assertThat(written.get(0).entries())
                .containsExactly(
                        new Gap(-1, LAST_ARRIVAL, Packets.START_MICROS, 0, "gateway-died"),
                        new EndOfStream(Packets.START_MICROS, "gateway-died"));
        assertThat(kafka.history().get(0).partition()).isEqualTo(1);
        assertThat(written.get(1).epoch()).isEqualTo(EPOCH);
        assertThat(written.get(1).batchNumber()).isZero();
        assertThat(told.streams).hasSize(1);
        assertThat(told.streams.get(0).condition()).isEqualTo(StreamCondition.OFFLINE);
        assertThat(told.streams.get(0).epoch()).isEqualTo(EPOCH - 1);
        assertThat(told.streams.get(0).kafkaAckedBatch()).isEqualTo(67);
    }

    @Test
    void aStreamThatNobodyComesForIsEndedOnceNobodyRenewsIt() throws Exception {
        formers.turn(producer, startNanos);
        answer(epoch(3, LAST_ARRIVAL, false));
        formers.turn(producer, startNanos + SECOND);
        formers.turn(producer, startNanos + 34 * SECOND);
        assertThat(pending).hasSize(1);

        formers.turn(producer, startNanos + 36 * SECOND);
        answer(epoch(3, LAST_ARRIVAL, false));
        formers.turn(producer, startNanos + 37 * SECOND);

        assertThat(written()).hasSize(1);
        assertThat(written().get(0).ends()).isTrue();
        assertThat(told.streams).hasSize(1);
    }

    @Test
    void aStreamThatAnotherGatewayMakesIsLeftAlone() throws Exception {
        formers.turn(producer, startNanos);
        answer(epoch(3, LAST_ARRIVAL, false));
        formers.turn(producer, startNanos + SECOND);
        formers.turn(producer, startNanos + 36 * SECOND);
        answer(epoch(3, LAST_ARRIVAL + 5_000_000, false));
        formers.turn(producer, startNanos + 37 * SECOND);

        assertThat(written()).isEmpty();
        assertThat(told.streams).isEmpty();
    }

    @Test
    void anEndThatTheCatalogueMissedIsNotWrittenTwice() throws Exception {
        publishAFrame();
        formers.turn(producer, startNanos);
        answer(epoch(EPOCH - 1, LAST_ARRIVAL, true));
        formers.turn(producer, startNanos + SECOND);
        bed.log.pump(producer, Packets.micros(60));

        assertThat(written()).hasSize(1);
        assertThat(written().get(0).epoch()).isEqualTo(EPOCH);
        assertThat(told.streams.get(0).condition()).isEqualTo(StreamCondition.OFFLINE);
        assertThat(told.streams.get(0).kafkaAckedBatch()).isEqualTo(66);
    }

    @Test
    void anUnreadableCatalogueHoldsNobodyUp() throws Exception {
        publishAFrame();
        formers.turn(producer, startNanos);
        pending.get(0).completeExceptionally(new IllegalStateException("not allowed to read"));
        formers.turn(producer, startNanos + SECOND);
        bed.log.pump(producer, Packets.micros(60));

        assertThat(written()).hasSize(1);
    }
}
