package dev.weir.connector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.connector.media.MixedLog;
import dev.weir.connector.store.S3Clients;
import dev.weir.connector.store.S3Wire;
import dev.weir.connector.store.SimulatedS3;
import dev.weir.connector.store.SimulatedS3.Operation;
import dev.weir.connector.store.SimulatedS3.Request;
import dev.weir.connector.store.SimulatedS3.Response;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Lets a fifth of all requests to S3 fail in every way that S3 and networks know, seeded ({@code -Dweir.seed=N}). What may
 * pass is tried again, what cannot pass fails the task in words that tell what to do; nothing is lost, nothing is there
 * twice, no upload stays open.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(600)
class FaultyS3SimulationTest {
    private static final long SEED = Long.getLong("weir.seed", 20_261_130);
    private static final int RUNS = Integer.getInteger("weir.runs", 3);
    private static final int MAX_STEPS = 100_000;
    private static final List<Fault> FAULTS = List.of(Fault.values());

    @TempDir
    static Path folder;

    private final S3Clients clients = new S3Clients(SimulatedConnect.PART_BYTES);
    private List<List<byte[]>> logs = List.of();
    private SortedMap<String, String> undisturbed = new TreeMap<>();
    private final Map<Fault, Integer> happened = new EnumMap<>(Fault.class);

    private enum Fault {
        INTERNAL_ERROR,
        SLOW_DOWN_BURST,
        REQUEST_TIMEOUT,
        CONFLICT,
        TIMEOUT_BEFORE,
        ANSWER_LOST,
        RESET_BEFORE,
        RESET_AFTER,
        ERROR_WITH_STATUS_200,
        CORRUPT_ON_THE_WAY,
        CORRUPT_IN_THE_STORE,
        TRUNCATED_LIST;

        boolean concerns(Operation operation) {
            return switch (this) {
                case ERROR_WITH_STATUS_200 -> operation == Operation.COMPLETE_UPLOAD;
                case CORRUPT_ON_THE_WAY -> operation == Operation.PUT || operation == Operation.UPLOAD_PART;
                case CORRUPT_IN_THE_STORE -> operation == Operation.PUT || operation == Operation.COMPLETE_UPLOAD;
                case TRUNCATED_LIST -> operation == Operation.LIST || operation == Operation.LIST_UPLOADS;
                case CONFLICT -> operation.isWrite();
                case INTERNAL_ERROR,
                        SLOW_DOWN_BURST,
                        REQUEST_TIMEOUT,
                        TIMEOUT_BEFORE,
                        ANSWER_LOST,
                        RESET_BEFORE,
                        RESET_AFTER -> true;
            };
        }
    }

    /** A way to S3 on which a fifth of the requests meet a fault. */
    private final class FaultyWay implements S3Wire.Fate {
        private final SplittableRandom random;
        private int burstLeft;

        FaultyWay(long seed) {
            random = new SplittableRandom(seed);
        }

        @Override
        public Response exchange(Request request, SimulatedS3 service) throws IOException {
            if (burstLeft > 0) {
                burstLeft--;
                return Response.error(503, "SlowDown");
            }
            Operation operation = request.operation();
            if (random.nextInt(operation == Operation.COMPLETE_UPLOAD ? 2 : 5) > 0) {
                return service.handle(request);
            }
            List<Fault> possible =
                    FAULTS.stream().filter(each -> each.concerns(operation)).toList();
            Fault fault = possible.get(random.nextInt(possible.size()));
            happened.merge(fault, 1, Integer::sum);
            return meet(fault, request, service);
        }

        private Response meet(Fault fault, Request request, SimulatedS3 service) throws IOException {
            return switch (fault) {
                case INTERNAL_ERROR -> Response.error(500, "InternalError");
                case SLOW_DOWN_BURST -> {
                    burstLeft = random.nextInt(12);
                    yield Response.error(503, "SlowDown");
                }
                case REQUEST_TIMEOUT -> Response.error(400, "RequestTimeout");
                case CONFLICT -> Response.error(409, "ConditionalRequestConflict");
                case TIMEOUT_BEFORE -> throw new SocketTimeoutException("Read timed out");
                case ANSWER_LOST -> {
                    service.handle(request);
                    throw new SocketTimeoutException("Read timed out");
                }
                case RESET_BEFORE -> throw new SocketException("Connection reset");
                case RESET_AFTER -> {
                    service.handle(request);
                    throw new SocketException("Connection reset");
                }
                case ERROR_WITH_STATUS_200 -> Response.error(200, "InternalError");
                case CORRUPT_ON_THE_WAY -> service.handle(corrupt(request));
                case CORRUPT_IN_THE_STORE -> {
                    Response response = service.handle(request);
                    if (response.status() == 200) {
                        String tag = service.corrupt(request.key());
                        yield request.operation() == Operation.PUT
                                ? new Response(200, Map.of("ETag", tag), response.body())
                                : Response.xml(
                                        200,
                                        "<CompleteMultipartUploadResult><ETag>" + tag
                                                + "</ETag></CompleteMultipartUploadResult>");
                    }
                    yield response;
                }
                case TRUNCATED_LIST -> {
                    Response whole = service.handle(request);
                    ByteBuffer part = whole.body().duplicate();
                    yield new Response(
                            200,
                            Map.of(),
                            part.limit(random.nextInt(1, part.limit())).slice());
                }
            };
        }

        private Request corrupt(Request request) {
            ByteBuffer changed = ByteBuffer.allocate(request.body().remaining());
            changed.put(request.body().duplicate()).flip();
            int at = random.nextInt(changed.limit());
            changed.put(at, (byte) ~changed.get(at));
            return new Request(request.method(), request.key(), request.query(), request.headers(), changed);
        }
    }

    @BeforeAll
    void undisturbedRun() {
        MixedLog log = MixedLog.in(folder, 9);
        logs = List.of(
                log.records(streamId -> !streamId.equals("lossy")), log.records(streamId -> streamId.equals("lossy")));
        SimulatedS3 s3 = new SimulatedS3();
        SimulatedConnect connect = new SimulatedConnect(logs, s3, clients);
        work(connect, (request, service) -> service.handle(request), new SplittableRandom(0));
        undisturbed = s3.digests();
    }

    /** Lets a worker work until all is durable and committed, or its task fails. */
    private static void work(SimulatedConnect connect, S3Wire.Fate way, SplittableRandom random) {
        SimulatedConnect.Member member = connect.start(way);
        try {
            for (int step = 0; !connect.isDone(); step++) {
                assertThat(step).as("steps, %s", member).isLessThan(MAX_STEPS);
                member.poll(random.nextInt(40));
                if (random.nextInt(3) == 0) {
                    member.upload();
                }
                if (random.nextInt(5) == 0 || member.isIdle()) {
                    member.commit(() -> {});
                }
            }
        } finally {
            member.stop();
        }
    }

    @Test
    void whatMayPassIsTriedAgainUntilAllIsThereOnce() {
        SplittableRandom seeds = new SplittableRandom(SEED);
        for (int run = 0; run < RUNS; run++) {
            long seed = seeds.nextLong();
            SimulatedS3 s3 = new SimulatedS3();

            work(new SimulatedConnect(logs, s3, clients), new FaultyWay(seed), new SplittableRandom(seed));

            assertThat(s3.digests().equals(undisturbed))
                    .as("seed %d run %d", SEED, run)
                    .isTrue();
            assertThat(s3.openUploads()).as("seed %d run %d", SEED, run).isLessThan(3);
        }
        System.out.printf("seed %d: faults %s%n", SEED, happened);
        assertThat(happened.keySet()).containsExactlyInAnyOrder(Fault.values());
    }

    @ParameterizedTest
    @CsvSource({
        "403, AccessDenied, give the sink's identity the rights",
        "403, RequestTimeTooSkewed, the clock of this machine is wrong",
        "403, SignatureDoesNotMatch, mend s3.secret.access.key",
        "404, NoSuchBucket, create the bucket",
        "301, PermanentRedirect, mend s3.region",
        "400, ExpiredToken, renew them"
    })
    void whatCannotPassFailsTheTaskInWordsAndResumesWhenMended(int status, String code, String remedy) {
        SplittableRandom random = new SplittableRandom(SEED);
        SimulatedS3 s3 = new SimulatedS3();
        SimulatedConnect connect = new SimulatedConnect(logs, s3, clients);
        int failures = 0;
        for (int attempt = 0; !connect.isDone(); attempt++) {
            int[] goodRequests = {attempt < 3 ? 40 : Integer.MAX_VALUE};
            try {
                work(
                        connect,
                        (request, service) ->
                                goodRequests[0]-- > 0 ? service.handle(request) : Response.error(status, code),
                        random);
            } catch (ConnectException e) {
                failures++;
                assertThat(e).hasMessageContaining(code).hasMessageContaining(remedy);
            }
            assertThat(attempt).isLessThan(10);
        }
        assertThat(failures).isEqualTo(3);
        assertThat(s3.digests().equals(undisturbed)).isTrue();
        assertThat(s3.openUploads()).isZero();
    }
}
