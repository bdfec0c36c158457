package dev.weir.gateway.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TakeoverPolicyTest {
    private static Caller caller(String subject, Grant... grants) {
        return new Caller(subject, InetAddress.getLoopbackAddress(), Set.of(grants));
    }

    @ParameterizedTest
    @CsvSource({
        "NEVER, ann, ann, false",
        "NEVER, '', '', false",
        "SAME_SUBJECT, ann, ann, true",
        "SAME_SUBJECT, ann, bob, false",
        "SAME_SUBJECT, '', '', false",
        "SAME_SUBJECT, '', ann, false",
        "ALWAYS, bob, ann, true",
        "ALWAYS, '', '', true",
    })
    void decidesWhoMayPushOutWhom(TakeoverPolicy policy, String newcomer, String holder, boolean allowed) {
        assertThat(policy.allows(caller(newcomer), caller(holder), "cam")).isEqualTo(allowed);
    }

    @Test
    void theGrantCountsWhateverThePolicy() {
        Caller granted = caller("bob", new Grant(Permission.TAKEOVER, "cam*"));

        for (TakeoverPolicy policy : TakeoverPolicy.values()) {
            assertThat(policy.allows(granted, caller("ann"), "cam1")).isTrue();
        }
        assertThat(TakeoverPolicy.NEVER.allows(granted, caller("ann"), "mic")).isFalse();
    }

    @Test
    void wordsAreThoseOfTheConfiguration() {
        assertThat(TakeoverPolicy.of("same-subject")).contains(TakeoverPolicy.SAME_SUBJECT);
        assertThat(TakeoverPolicy.of("NEVER")).isEmpty();
    }
}
