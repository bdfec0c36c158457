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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills the real task, on the real S3 store, a thousand times ({@code -Dweir.kills=N}), at every point that matters, and
 * lets zombies go on while another worker has taken over. The bucket must end up as that of an undisturbed run, byte for
 * byte, with no upload left open. Everything follows from a seed, {@code -Dweir.seed=N}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(1_200)
class KillSimulationTest {
    private static final int KILLS = Integer.getInteger("weir.kills", 1_000);
    private static final long SEED = Long.getLong("weir.seed", 20_261_130);
    private static final int MAX_STEPS = 20_000;
    private static final List<Point> POINTS = List.of(Point.values());

    @TempDir
    static Path folder;

    private final S3Clients clients = new S3Clients(SimulatedConnect.PART_BYTES);
    private List<List<byte[]>> logs = List.of();
    private SortedMap<String, String> undisturbed = new TreeMap<>();
    private final Map<Point, Integer> deaths = new EnumMap<>(Point.class);
    private int zombies;
    private int uploadsLeftOpen;

    /** Where a process can end. */
    private enum Point {
        BETWEEN_STEPS,
        BEFORE_READ,
        BEFORE_PUT,
        PUT_UNANSWERED,
        BEFORE_CREATE_UPLOAD,
        CREATE_UPLOAD_UNANSWERED,
        MID_PART,
        AFTER_PART,
        BEFORE_COMPLETE,
        COMPLETE_UNANSWERED,
        BEFORE_OFFSET_COMMIT,
        AFTER_OFFSET_COMMIT,
        MID_REBALANCE;

        static Point before(Operation operation) {
            return switch (operation) {
                case PUT -> BEFORE_PUT;
                case CREATE_UPLOAD -> BEFORE_CREATE_UPLOAD;
                case UPLOAD_PART -> MID_PART;
                case COMPLETE_UPLOAD -> BEFORE_COMPLETE;
                case HEAD, GET, LIST, LIST_UPLOADS, ABORT_UPLOAD -> BEFORE_READ;
            };
        }

        static Point after(Operation operation) {
            return switch (operation) {
                case PUT -> PUT_UNANSWERED;
                case CREATE_UPLOAD -> CREATE_UPLOAD_UNANSWERED;
                case UPLOAD_PART -> AFTER_PART;
                case COMPLETE_UPLOAD -> COMPLETE_UNANSWERED;
                case HEAD, GET, LIST, LIST_UPLOADS, ABORT_UPLOAD -> BETWEEN_STEPS;
            };
        }
    }

    /** The process has ended: nothing catches it on the way, as nothing would after kill -9. */
    private static final class ProcessDied extends Error {
        private static final long serialVersionUID = 1L;
    }

    /** One process's life: the way to S3 until the moment that it ends, or stands still. */
    private static final class Life implements S3Wire.Fate {
        private final Point end;
        private int passesLeft;
        private boolean over;
        private Runnable atEnd;

        Life(Point end, int passesLeft, Runnable atEnd) {
            this.end = end;
            this.passesLeft = passesLeft;
            this.atEnd = atEnd;
        }

        static Life undisturbed() {
            return new Life(Point.BETWEEN_STEPS, Integer.MAX_VALUE, () -> {});
        }

        void reach(Point point) {
            if (point == end && --passesLeft == 0) {
                atEnd.run();
            }
        }

        @Override
        public Response exchange(Request request, SimulatedS3 service) throws IOException {
            if (over) {
                throw new ProcessDied();
            }
            reach(Point.before(request.operation()));
            Response response = service.handle(request);
            reach(Point.after(request.operation()));
            return response;
        }
    }

    @BeforeAll
    void undisturbedRun() {
        MixedLog log = MixedLog.in(folder, 9);
        logs = List.of(
                log.records(streamId -> !streamId.equals("lossy")), log.records(streamId -> streamId.equals("lossy")));
        SimulatedS3 s3 = new SimulatedS3();
        SimulatedConnect connect = new SimulatedConnect(logs, s3, clients);
        Life life = Life.undisturbed();
        live(connect, connect.start(life), life, new SplittableRandom(0), false);
        assertThat(connect.isDone()).isTrue();
        undisturbed = s3.digests();
        assertThat(undisturbed).hasSizeGreaterThan(25);
    }

    @Test
    void aThousandKillsLeaveTheSameObjects() {
        SplittableRandom seeds = new SplittableRandom(SEED);
        int kills = 0;
        for (int run = 0; kills < KILLS; run++) {
            long seed = seeds.nextLong();
            Run killed = new Run(seed, false);
            kills += killed.kills;
            assertThat(killed.connect.isDone()).as("run %d seed %d", run, seed).isTrue();
            assertThat(differences(killed.s3.digests()))
                    .as("run %d seed %d", run, seed)
                    .isEmpty();
            assertThat(killed.s3.openUploads()).as("run %d seed %d", run, seed).isZero();
            assertThat(killed.s3.overwritten()).as("run %d seed %d", run, seed).isZero();
        }
        System.out.printf(
                "seed %d: %d kills %s, %d zombies, uploads open at kills: %d%n",
                SEED, kills, deaths, zombies, uploadsLeftOpen);
        assertThat(deaths.keySet()).containsExactlyInAnyOrder(Point.values());
        assertThat(zombies).isPositive();
        assertThat(uploadsLeftOpen).as("kills that leave an upload open").isPositive();
    }

    @Test
    void committingWhatWasReadInsteadOfWhatIsDurableFailsTheSameCheck() {
        SplittableRandom seeds = new SplittableRandom(SEED);
        int different = 0;
        for (int run = 0; run < 3; run++) {
            different +=
                    differences(new Run(seeds.nextLong(), true).s3.digests()).isEmpty() ? 0 : 1;
        }
        assertThat(different).isEqualTo(3);
    }

    /** T20 of docs/conformance.md: the policy of docs/archive.md. */
    @Test
    void t20TheDocumentedRightsAreEnoughAndNoneIsTooMany() throws IOException {
        SplittableRandom seeds = new SplittableRandom(SEED);
        Set<String> used = new TreeSet<>();
        for (int run = 0; run < 12; run++) {
            used.addAll(new Run(seeds.nextLong(), false).s3.rightsUsed());
        }
        Set<String> documented = Pattern.compile("\"(s3:\\w+)\"")
                .matcher(Files.readString(Path.of("../docs/archive.md")))
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(documented).isEqualTo(used);
    }

    /** Returns the keys that are missing, too many, or have other bytes. */
    private Set<String> differences(SortedMap<String, String> digests) {
        Set<String> keys = new TreeSet<>(digests.keySet());
        keys.addAll(undisturbed.keySet());
        keys.removeIf(key -> Objects.equals(digests.get(key), undisturbed.get(key)));
        return keys;
    }

    /** One log archived into one bucket, with up to ten kills on the way. */
    private final class Run {
        private final SimulatedS3 s3 = new SimulatedS3();
        private final SimulatedConnect connect = new SimulatedConnect(logs, s3, clients);
        private final SplittableRandom random;
        private final boolean naive;
        private int kills;

        Run(long seed, boolean naive) {
            random = new SplittableRandom(seed);
            this.naive = naive;
            while (!connect.isDone() && kills < 10) {
                Point end = POINTS.get(random.nextInt(POINTS.size()));
                Life life = new Life(end, 1 + random.nextInt(end == Point.BETWEEN_STEPS ? 60 : 5), () -> {});
                boolean freezes = random.nextInt(8) == 0;
                life.atEnd = freezes ? this::takeOver : () -> die(life);
                work(life);
            }
            if (!connect.isDone()) {
                work(Life.undisturbed());
            }
        }

        private void work(Life life) {
            SimulatedConnect.Member member = connect.start(life);
            try {
                live(connect, member, life, random, naive);
                member.stop();
            } catch (ProcessDied e) {
                member.bury();
            }
        }

        private void die(Life life) {
            life.over = true;
            kills++;
            deaths.merge(life.end, 1, Integer::sum);
            uploadsLeftOpen += s3.openUploads();
            throw new ProcessDied();
        }

        /** The process stands still, another one takes over for a while; then the zombie goes on where it was. */
        private void takeOver() {
            zombies++;
            Life life = Life.undisturbed();
            SimulatedConnect.Member successor = connect.start(life);
            for (int step = 0; step < 40; step++) {
                step(successor, life, random, naive);
            }
            successor.bury();
        }
    }

    /** Lets a worker work until all is done, or until another one has taken over. */
    private static void live(
            SimulatedConnect connect,
            SimulatedConnect.Member member,
            Life life,
            SplittableRandom random,
            boolean naive) {
        int left = MAX_STEPS;
        while (!connect.isDone() && !member.isFenced()) {
            step(member, life, random, naive);
            if (member.isIdle()) {
                member.commit(() -> life.reach(Point.BEFORE_OFFSET_COMMIT));
            }
            assertThat(--left)
                    .as("steps left, committed %s, %s", connect.committed(), member)
                    .isPositive();
        }
        for (int i = random.nextInt(4); i > 0 && member.isFenced(); i--) {
            step(member, life, random, naive);
        }
    }

    private static void step(SimulatedConnect.Member member, Life life, SplittableRandom random, boolean naive) {
        int dice = random.nextInt(48);
        switch (dice < 6 ? 0 : dice < 7 ? 1 : dice < 24 ? 2 : 3) {
            case 0 -> {
                if (naive) {
                    member.commitNaively();
                } else {
                    member.commit(() -> life.reach(Point.BEFORE_OFFSET_COMMIT));
                }
                life.reach(Point.AFTER_OFFSET_COMMIT);
            }
            case 1 -> {
                if (!member.isFenced()) {
                    member.rebalance(() -> life.reach(Point.MID_REBALANCE));
                }
            }
            case 2 -> member.upload();
            default -> member.poll(1 + random.nextInt(60));
        }
        life.reach(Point.BETWEEN_STEPS);
    }
}
