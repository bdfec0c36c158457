package dev.weir.webrtc.ice;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LiteAgentTest {
    private static final long SECOND = 1_000_000_000L;
    private static final InetSocketAddress LOCAL = new InetSocketAddress("192.0.2.1", 9_000);
    private static final FiveTuple FIRST = new FiveTuple(LOCAL, new InetSocketAddress("198.51.100.1", 1_000));
    private static final FiveTuple SECOND_PATH = new FiveTuple(LOCAL, new InetSocketAddress("198.51.100.2", 2_000));

    private final IceCredentials local = IceCredentials.random();
    private final MessageIntegrity integrity = new MessageIntegrity(local.password());
    private final List<ByteBuffer> sent = new ArrayList<>();
    private final List<FiveTuple> selections = new ArrayList<>();
    private boolean pathsFree = true;
    private int expiries;
    private long nowNanos = 5 * SECOND;

    private final LiteAgent agent =
            new LiteAgent(parameters(), true, (datagram, path) -> sent.add(datagram), new IceListener() {
                @Override
                public boolean onValidated(FiveTuple path) {
                    return pathsFree;
                }

                @Override
                public void onForgotten(FiveTuple path) {}

                @Override
                public void onSelected(FiveTuple path, long atNanos) {
                    selections.add(path);
                }

                @Override
                public void onConsentExpired(long atNanos) {
                    expiries++;
                }

                @Override
                public void onConsentRevoked(long atNanos) {}
            });

    private IceParameters parameters() {
        return new IceParameters(IceRole.LITE, local, IceCredentials.random(), 30 * SECOND, List.of(), CheckLimit.NONE);
    }

    private StunWriter check() {
        return new StunWriter(StunClass.REQUEST, TransactionId.random()).username(local.ufrag() + ":peer");
    }

    private boolean receive(StunWriter check, FiveTuple path) {
        return agent.handle(check.integrity(integrity).fingerprint().finish(), path, nowNanos);
    }

    @Test
    void answersACheckLikeThoseOfFfmpeg() {
        // no PRIORITY, no ICE-CONTROLLING
        ByteBuffer check =
                check().useCandidate().integrity(integrity).fingerprint().finish();

        assertThat(agent.handle(check, FIRST, nowNanos)).isTrue();

        StunMessage answer = StunMessage.parse(sent.get(0)).orElseThrow();
        assertThat(answer.messageClass()).isEqualTo(StunClass.SUCCESS);
        assertThat(answer.transactionId())
                .isEqualTo(StunMessage.parse(check).orElseThrow().transactionId());
        assertThat(answer.mappedAddress()).contains(FIRST.remote());
        assertThat(integrity.verify(answer)).isTrue();
        assertThat(selections).containsExactly(FIRST);
    }

    @Test
    void noAnswerIsLongerThanItsCheck() {
        // the shortest check that passes: no FINGERPRINT, nothing optional, over IPv6
        FiveTuple ipv6 =
                new FiveTuple(new InetSocketAddress("2001:db8::1", 9_000), new InetSocketAddress("2001:db8::2", 1_000));
        ByteBuffer check = check().integrity(integrity).finish();

        assertThat(agent.handle(check, ipv6, nowNanos)).isTrue();

        assertThat(sent).hasSize(1);
        assertThat(sent.get(0).remaining()).isLessThanOrEqualTo(check.remaining());
    }

    @Test
    void usesTheFirstValidatedPathBeforeAnyNomination() {
        receive(check(), FIRST);
        receive(check(), SECOND_PATH);

        assertThat(selections).containsExactly(FIRST);
        assertThat(agent.isValidated(SECOND_PATH)).isTrue();
    }

    @Test
    void followsTheLatestNomination() {
        receive(check().priority(100).useCandidate(), FIRST);
        receive(check().priority(100).useCandidate(), SECOND_PATH);

        assertThat(selections).containsExactly(FIRST, SECOND_PATH);
    }

    @Test
    void keepsTheBetterOfPathsThatAreNominatedTogether() {
        receive(check().priority(200).useCandidate(), FIRST);
        receive(check().priority(100).useCandidate(), SECOND_PATH);
        receive(check().priority(200).useCandidate(), FIRST);
        assertThat(selections).containsExactly(FIRST);

        // the better one falls silent: the other takes over
        nowNanos += 2 * SECOND;
        receive(check().priority(100).useCandidate(), SECOND_PATH);
        assertThat(agent.selected()).isEqualTo(SECOND_PATH);
    }

    @Test
    void ignoresAPathThatAnotherSessionOwns() {
        pathsFree = false;

        assertThat(receive(check().useCandidate(), FIRST)).isFalse();

        assertThat(sent).isEmpty();
        assertThat(agent.isValidated(FIRST)).isFalse();
    }

    @Test
    void refusesAnAttributeThatItMustUnderstandAndDoesNot() {
        ByteBuffer check = check().priority(1).integrity(integrity).finish();
        // turn PRIORITY into an unknown comprehension-required attribute and sign again
        int at = 20 + 4 + ((local.ufrag().length() + 5 + 3) & ~3);
        check.putShort(at, (short) 0x7777);
        byte[] hmac = integrity.compute(check, 0, check.limit() - 24);
        check.put(check.limit() - 20, hmac);

        assertThat(agent.handle(check, FIRST, nowNanos)).isTrue();

        StunMessage answer = StunMessage.parse(sent.get(0)).orElseThrow();
        assertThat(answer.messageClass()).isEqualTo(StunClass.ERROR);
        assertThat(answer.errorCode()).isEqualTo(420);
        assertThat(agent.isValidated(FIRST)).isFalse();
    }

    @Test
    void tellsAControlledPeerOfTheConflict() {
        receive(check().role(false, 5), FIRST);

        assertThat(StunMessage.parse(sent.get(0)).orElseThrow().errorCode()).isEqualTo(487);
    }

    @Test
    void isSilentToStrangers() {
        StunWriter otherUfrag = new StunWriter(StunClass.REQUEST, TransactionId.random()).username("other:peer");
        assertThat(receive(otherUfrag, FIRST)).isFalse();
        ByteBuffer unsigned = check().fingerprint().finish();
        assertThat(agent.handle(unsigned, FIRST, nowNanos)).isFalse();
        ByteBuffer indication = new StunWriter(StunClass.INDICATION, TransactionId.random()).finish();
        assertThat(agent.handle(indication, FIRST, nowNanos)).isFalse();

        assertThat(sent).isEmpty();
        assertThat(agent.nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void consentExpiresAfterSilence() {
        receive(check(), FIRST);
        nowNanos += 20 * SECOND;
        receive(check(), FIRST);
        assertThat(agent.nextDeadlineNanos()).isEqualTo(nowNanos + 30 * SECOND);

        agent.onTimeout(nowNanos + 30 * SECOND - 1);
        assertThat(expiries).isZero();
        agent.onTimeout(nowNanos + 30 * SECOND);

        assertThat(expiries).isEqualTo(1);
        assertThat(agent.isValidated(FIRST)).isFalse();
    }

    @Test
    void manyPathsCostNoMoreThanAFew() {
        for (int port = 1; port < 200; port++) {
            receive(check(), new FiveTuple(LOCAL, new InetSocketAddress("198.51.100.3", port)));
            nowNanos += 1;
        }
        int valid = 0;
        for (int port = 1; port < 200; port++) {
            if (agent.isValidated(new FiveTuple(LOCAL, new InetSocketAddress("198.51.100.3", port)))) {
                valid++;
            }
        }
        assertThat(valid).isEqualTo(16);
        assertThat(agent.selected()).isNotNull();
    }
}
