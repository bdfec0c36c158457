package dev.weir.gateway.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

class CheckBudgetTest {
    private static final long SECOND = 1_000_000_000L;
    private static final int CHECK = 100;

    private final UnansweredChecks shared = new UnansweredChecks();
    private long nowNanos = 5 * SECOND;

    private static InetAddress address(String literal) throws UnknownHostException {
        return InetAddress.getByName(literal);
    }

    /** Returns how many bytes of checks get out when everything is tried. */
    private int tryAll(CheckBudget budget, InetAddress to, boolean heard) {
        int sent = 0;
        while (budget.admits(to, CHECK, heard, nowNanos)) {
            sent += CHECK;
        }
        return sent;
    }

    @Test
    void aSessionSendsNoMoreThanItsPeerSent() throws UnknownHostException {
        CheckBudget budget = new CheckBudget(shared, 1_050);

        assertThat(tryAll(budget, address("192.0.2.1"), false)).isEqualTo(1_000);
        assertThat(tryAll(budget, address("192.0.2.2"), false)).isZero();

        budget.received(130);
        assertThat(tryAll(budget, address("192.0.2.2"), true)).isEqualTo(100);
    }

    @Test
    void manySessionsTogetherSendLittleToWhoNeverAnswered() throws UnknownHostException {
        InetAddress victim = address("192.0.2.1");
        int sent = 0;
        for (int second = 0; second < 15; second++) {
            for (int session = 0; session < 100; session++) {
                sent += tryAll(new CheckBudget(shared, 60_000), victim, false);
            }
            nowNanos += SECOND;
        }

        assertThat(sent).isLessThanOrEqualTo(UnansweredChecks.BURST_BYTES + 15 * UnansweredChecks.BYTES_PER_SECOND);
        assertThat(sent).isGreaterThan(UnansweredChecks.BURST_BYTES);
    }

    @Test
    void aNetworkOfIpv6IsOneAddress() throws UnknownHostException {
        int sent = 0;
        for (int host = 1; host < 500; host++) {
            sent += tryAll(new CheckBudget(shared, 60_000), address("2001:db8::" + Integer.toHexString(host)), false);
        }

        assertThat(sent).isLessThanOrEqualTo(UnansweredChecks.BURST_BYTES);
    }

    @Test
    void allWhoNeverAnsweredTogetherGetNoMoreThanAMegabitPerSecond() throws UnknownHostException {
        int sent = 0;
        for (int host = 0; host < 2_000; host++) {
            InetAddress somebody = address("192.0." + (2 + host / 250) + "." + host % 250);
            sent += tryAll(new CheckBudget(shared, 60_000), somebody, false);
        }

        assertThat(sent).isLessThanOrEqualTo(UnansweredChecks.ALL_BYTES_PER_SECOND);
    }

    @Test
    void whoAnsweredIsHeldBackByItsOwnBudgetOnly() throws UnknownHostException {
        InetAddress office = address("192.0.2.1");
        assertThat(tryAll(new CheckBudget(shared, 60_000), office, false)).isLessThan(10_000);

        new CheckBudget(shared, 0).answered(office, nowNanos);

        assertThat(tryAll(new CheckBudget(shared, 60_000), office, false)).isEqualTo(60_000);
        nowNanos += 61 * SECOND;
        assertThat(tryAll(new CheckBudget(shared, 60_000), office, false)).isLessThan(10_000);
    }
}
