package dev.weir.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.gateway.session.Caller;
import dev.weir.webrtc.address.Cidr;
import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Rates in virtual time. */
class RatesTest {
    private static final long SECOND = 1_000_000_000L;

    private final AtomicLong now = new AtomicLong(77);

    private Rates rates(Rate rate, String... exempt) {
        return new Rates(
                new RateConfig(
                        rate, rate, List.of(exempt).stream().map(Cidr::parse).toList()),
                now::get);
    }

    @Test
    void waitsAsLongAsItSays() throws Exception {
        Rates rates = rates(new Rate(2, 6));
        InetAddress client = InetAddress.getByName("192.0.2.1");
        assertThat(rates.take(client)).isZero();
        assertThat(rates.take(client)).isZero();

        int wait = rates.take(client);

        assertThat(wait).isEqualTo(10);
        now.addAndGet(9 * SECOND);
        assertThat(rates.take(client)).isEqualTo(1);
        now.addAndGet(SECOND);
        assertThat(rates.take(client)).isZero();
    }

    @Test
    void twoHundredViewersMayComeFromOneAddressInTheSameSecond() throws Exception {
        Rates rates = new Rates(RateConfig.DEFAULT, now::get);
        InetAddress office = InetAddress.getByName("192.0.2.1");
        for (int request = 0; request < 200 * 4; request++) {
            assertThat(rates.take(office)).isZero();
        }
        for (int request = 0; request < 100_000; request++) {
            assertThat(rates.take(InetAddress.getByName("127.0.0.1"))).isZero();
        }
    }

    @Test
    void whatIsRememberedIsBounded() throws Exception {
        Rates rates = rates(new Rate(1, 1));
        for (int i = 0; i < 3 * Rates.MAX_KEYS; i++) {
            byte[] address = {10, (byte) (i >> 16), (byte) (i >> 8), (byte) i};
            assertThat(rates.take(InetAddress.getByAddress(address))).isZero();
        }
        assertThat(rates.keys()).isEqualTo(Rates.MAX_KEYS);
    }

    @Test
    void subjectsAreCountedAndAnonymousIsNone() {
        Rates rates = rates(new Rate(1, 1));
        InetAddress here = InetAddress.getLoopbackAddress();
        Caller alice = new Caller("alice", here, Set.of());

        assertThat(rates.take(alice)).isZero();
        assertThat(rates.take(alice)).isPositive();
        assertThat(rates.take(Caller.anonymous(here))).isZero();
        assertThat(rates.take(Caller.anonymous(here))).isZero();
    }
}
