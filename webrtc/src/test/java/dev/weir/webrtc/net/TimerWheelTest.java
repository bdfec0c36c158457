package dev.weir.webrtc.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Time is a number here: nothing waits. */
class TimerWheelTest {
    private static final long MILLI = 1_000_000;
    private static final long IDLE = 1_000 * MILLI;
    /** The length of a slot of the first ring. */
    private static final long TICK = 1 << 20;

    private final long origin = Long.MAX_VALUE - 5 * IDLE;
    private final TimerWheel wheel = new TimerWheel(origin, () -> true);
    private final List<String> ran = new ArrayList<>();
    private long now = origin;

    @Test
    void nothingWaitsInAnEmptyWheel() {
        assertThat(wheel.waitNanos(now, IDLE)).isEqualTo(IDLE);
        assertThat(wheel.pollDue(now)).isNull();
        assertThat(wheel.size()).isZero();
    }

    /** The origin is near the end of the clock's range, so that later times are negative numbers. */
    @ParameterizedTest
    @ValueSource(
            longs = {0, 1, 999_999, 5_000_000, 25_000_000, 66_000_000, 100_000_000, 1_000_000_000, 30_000_000_000L})
    void runsNoTimerEarlyAndNoneMuchLater(long wait) {
        add("one", wait);

        long due = now + wait;
        long ranAt = runNext();

        assertThat(ran).containsExactly("one");
        assertThat(ranAt - due).isBetween(0L, Math.max(TICK, wait / 7));
        assertThat(wheel.size()).isZero();
    }

    @Test
    void keepsTimersThatAreFurtherAwayThanItsLastRingReaches() {
        long wait = Duration.ofDays(10).toNanos();
        add("late", wait);

        long due = now + wait;
        long ranAt = runNext();

        assertThat(ranAt - due).isBetween(0L, wait / 7);
    }

    @Test
    void runsTimersOfTheSameTimeInTheOrderTheyCame() {
        for (String name : List.of("a", "b", "c")) {
            add(name, 7 * MILLI);
        }

        runNext();

        assertThat(ran).containsExactly("a", "b", "c");
    }

    @Test
    void aCancelledTimerIsGoneAtOnceAndDoesNotWakeTheLoop() {
        TimerWheel.Timer first = add("first", 5 * MILLI);
        TimerWheel.Timer second = add("second", 5 * MILLI);
        add("third", 50 * MILLI);

        first.cancel();
        second.cancel();
        second.cancel();

        assertThat(wheel.size()).isEqualTo(1);
        assertThat(wheel.waitNanos(now, IDLE)).isGreaterThanOrEqualTo(50 * MILLI);
        runNext();
        assertThat(ran).containsExactly("third");
    }

    @Test
    void oneTimerWaitsAgainWhetherItWaitsHasRunOrWasCancelled() {
        TimerWheel.Timer timer = add("former", 5 * MILLI);

        wheel.restart(timer, now + 50 * MILLI, () -> ran.add("waited"), now);
        assertThat(wheel.size()).isEqualTo(1);
        assertThat(wheel.waitNanos(now, IDLE)).isGreaterThanOrEqualTo(50 * MILLI);
        runNext();
        wheel.restart(timer, now + 5 * MILLI, () -> ran.add("had run"), now);
        runNext();
        wheel.restart(timer, now + 5 * MILLI, () -> ran.add("never"), now);
        timer.cancel();
        wheel.restart(timer, now + 5 * MILLI, () -> ran.add("was cancelled"), now);
        runNext();

        assertThat(ran).containsExactly("waited", "had run", "was cancelled");
        assertThat(wheel.size()).isZero();
    }

    @Test
    void aTimerThatIsDueMayCancelAnotherOneOfItsSlot() {
        List<TimerWheel.Timer> victim = new ArrayList<>();
        wheel.add(wheel.timer(now + 5 * MILLI, () -> victim.get(0).cancel()), now);
        victim.add(add("victim", 5 * MILLI));

        runNext();

        assertThat(ran).isEmpty();
        assertThat(wheel.size()).isZero();
    }

    @Test
    void whatAnotherThreadCancelsDoesNotRunAndIsSweptWhenItWouldHaveBeenDue() {
        TimerWheel foreign = new TimerWheel(origin, () -> false);
        TimerWheel.Timer timer = foreign.timer(now + 5 * MILLI, () -> ran.add("cancelled"));
        foreign.add(timer, now);

        timer.cancel();

        assertThat(foreign.size()).isEqualTo(1);
        assertThat(foreign.pollDue(now + 10 * MILLI)).isNull();
        assertThat(foreign.size()).isZero();
    }

    @Test
    void aShortWaitThatBeginsAfterALongSleepIsStillExact() {
        add("far", 900 * MILLI);
        now += 700 * MILLI;

        add("near", 5 * MILLI);

        assertThat(wheel.waitNanos(now, IDLE)).isBetween(5 * MILLI, 5 * MILLI + TICK);
    }

    /** What makes a thousand idle sessions cheap: the loop wakes by slots, not by sessions. */
    @Test
    void aThousandTicksOfATenthOfASecondWakeTheLoopOnceInEightMilliseconds() {
        int sessions = 1_000;
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < sessions; i++) {
            repeat(now + random.nextLong(100 * MILLI), 100 * MILLI);
        }

        int wakes = 0;
        long end = now + 10_000 * MILLI;
        while (now - end < 0) {
            runNext();
            wakes++;
        }

        // Each ran at least every 108.4 ms.
        assertThat(ran).hasSizeGreaterThan(sessions * 10_000 / 109);
        assertThat(wakes).isLessThanOrEqualTo(10_000 / 8);
        assertThat(wheel.size()).isEqualTo(sessions);
    }

    private void repeat(long due, long interval) {
        Runnable task = () -> {
            ran.add("tick");
            repeat(now + interval, interval);
        };
        wheel.add(wheel.timer(due, task), now);
    }

    /** Compared with a queue in the order of time, over random waits, steps and cancellations. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void agreesWithAnOrderedQueue(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        PriorityQueue<Long> expected = new PriorityQueue<>();
        List<TimerWheel.Timer> timers = new ArrayList<>();
        List<Long> lateness = new ArrayList<>();
        long elapsed = 0;
        for (int step = 0; step < 20_000; step++) {
            long wait = (long) Math.pow(10, random.nextDouble(0, 11));
            long due = elapsed + wait;
            long slack = Math.max(TICK, wait / 7);
            if (random.nextInt(10) == 0) {
                add("cancelled", wait).cancel();
            } else {
                expected.add(due + slack);
                timers.add(wheel.timer(now + wait, () -> lateness.add(due + slack)));
                wheel.add(timers.get(timers.size() - 1), now);
            }
            long pause = random.nextLong(200 * MILLI);
            now += pause;
            elapsed += pause;
            runDue();
            for (long latest : lateness) {
                assertThat(expected.remove(latest)).isTrue();
            }
            lateness.clear();
            // Nothing is left whose time, with what the wheel may add to it, is over.
            assertThat(expected.peek() == null || expected.peek() + TICK > elapsed)
                    .as("seed %d, step %d", seed, step)
                    .isTrue();
            assertThat(wheel.size()).isEqualTo(expected.size());
        }
        assertThat(ran).isEmpty();
    }

    private TimerWheel.Timer add(String name, long wait) {
        TimerWheel.Timer timer = wheel.timer(now + wait, () -> ran.add(name));
        wheel.add(timer, now);
        return timer;
    }

    /** Sleeps as a loop does until something ran; returns when that was. */
    private long runNext() {
        for (int i = 0; i < 10_000_000; i++) {
            if (runDue() > 0 || wheel.size() == 0) {
                return now;
            }
            now += wheel.waitNanos(now, 3_600 * IDLE);
        }
        throw new AssertionError("nothing was ever due");
    }

    private int runDue() {
        int count = 0;
        for (Runnable task = wheel.pollDue(now); task != null; task = wheel.pollDue(now)) {
            task.run();
            count++;
        }
        return count;
    }
}
