package dev.weir.webrtc.ice;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FullAgentTest {
    private static final long SECOND = 1_000_000_000L;
    private static final InetSocketAddress LOCAL = new InetSocketAddress("198.51.100.7", 40_000);
    private static final InetSocketAddress BEST = new InetSocketAddress("192.0.2.1", 9_000);
    private static final InetSocketAddress OTHER = new InetSocketAddress("192.0.2.2", 9_000);

    private record Sent(StunMessage message, FiveTuple path) {}

    private final IceCredentials local = IceCredentials.random();
    private final IceCredentials remote = IceCredentials.random();
    private final MessageIntegrity localIntegrity = new MessageIntegrity(local.password());
    private final MessageIntegrity remoteIntegrity = new MessageIntegrity(remote.password());
    private final List<Sent> sent = new ArrayList<>();
    private final List<FiveTuple> selections = new ArrayList<>();
    private int expiries;
    private int revocations;
    private long nowNanos = 5 * SECOND;

    private final FullAgent agent = new FullAgent(
            parameters(IceRole.CONTROLLING),
            true,
            (datagram, path) -> sent.add(new Sent(StunMessage.parse(datagram).orElseThrow(), path)),
            new IceListener() {
                @Override
                public boolean onValidated(FiveTuple path) {
                    return true;
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
                public void onConsentRevoked(long atNanos) {
                    revocations++;
                }
            });

    private IceParameters parameters(IceRole role) {
        return new IceParameters(role, local, remote, 30 * SECOND, List.of(LOCAL), CheckLimit.NONE);
    }

    private void add(InetSocketAddress address, int index) {
        agent.addRemoteCandidate(IceCandidate.host(address, index), nowNanos);
    }

    /** Lets time pass up to {@code nanos}, deadline by deadline. */
    private void run(long nanos) {
        long end = nowNanos + nanos;
        while (agent.nextDeadlineNanos() <= end) {
            nowNanos = Math.max(nowNanos, agent.nextDeadlineNanos());
            agent.onTimeout(nowNanos);
        }
        nowNanos = end;
    }

    private Sent last() {
        return sent.get(sent.size() - 1);
    }

    private boolean answer(Sent check, MessageIntegrity integrity) {
        ByteBuffer answer = new StunWriter(StunClass.SUCCESS, check.message().transactionId())
                .integrity(integrity)
                .finish();
        return agent.handle(answer, check.path(), nowNanos);
    }

    @Test
    void checksTheBestCandidateFirstAndEachInItsTurn() {
        add(OTHER, 1);
        add(BEST, 0);

        run(SECOND / 10);

        assertThat(sent.get(0).path().remote()).isIn(BEST, OTHER);
        assertThat(sent).extracting(check -> check.path().remote()).contains(BEST, OTHER);
        StunMessage check = sent.get(0).message();
        assertThat(check.username()).contains(remote.ufrag() + ":" + local.ufrag());
        assertThat(check.controlling()).isTrue();
        assertThat(check.priority()).isPositive();
        assertThat(check.useCandidate()).isFalse();
        assertThat(remoteIntegrity.verify(check)).isTrue();
        assertThat(check.hasFingerprint()).isTrue();
    }

    @Test
    void nominatesTheFirstPathThatAnswers() {
        add(BEST, 0);
        run(1);

        // FFmpeg's answers have no XOR-MAPPED-ADDRESS, and neither has this one
        assertThat(answer(last(), remoteIntegrity)).isTrue();
        run(SECOND / 10);

        assertThat(selections).containsExactly(new FiveTuple(LOCAL, BEST));
        assertThat(last().message().useCandidate()).isTrue();
    }

    @Test
    void ignoresAnAnswerThatThePeerDidNotSign() {
        add(BEST, 0);
        run(1);

        assertThat(answer(last(), new MessageIntegrity(local.password()))).isFalse();
        assertThat(selections).isEmpty();
    }

    @Test
    void ignoresAnAnswerOnAnotherPath() {
        add(BEST, 0);
        add(OTHER, 1);
        run(1);
        Sent check = sent.get(0);
        FiveTuple wrong = new FiveTuple(LOCAL, check.path().remote().equals(BEST) ? OTHER : BEST);

        assertThat(answer(new Sent(check.message(), wrong), remoteIntegrity)).isFalse();
        assertThat(selections).isEmpty();
    }

    @Test
    void repeatsACheckWithGrowingWaits() {
        add(BEST, 0);

        run(2 * SECOND);

        // at 0, 0.1, 0.3, 0.7 and 1.5 s
        assertThat(sent).hasSize(5);
        assertThat(sent)
                .extracting(check -> check.message().transactionId())
                .containsOnly(last().message().transactionId());
    }

    @Test
    void learnsAPeerReflexivePathFromAnAuthenticatedCheck() {
        FiveTuple seen = new FiveTuple(LOCAL, OTHER);
        ByteBuffer check = new StunWriter(StunClass.REQUEST, TransactionId.random())
                .username(local.ufrag() + ":" + remote.ufrag())
                .role(false, 1)
                .priority(7)
                .integrity(localIntegrity)
                .fingerprint()
                .finish();

        assertThat(agent.handle(check, seen, nowNanos)).isTrue();
        assertThat(last().message().messageClass()).isEqualTo(StunClass.SUCCESS);
        run(SECOND / 10);
        assertThat(last().message().messageClass()).isEqualTo(StunClass.REQUEST);
        assertThat(last().path()).isEqualTo(seen);
    }

    @Test
    void insistsOnControlling() {
        ByteBuffer check = new StunWriter(StunClass.REQUEST, TransactionId.random())
                .username(local.ufrag() + ":" + remote.ufrag())
                .role(true, 1)
                .integrity(localIntegrity)
                .finish();

        agent.handle(check, new FiveTuple(LOCAL, BEST), nowNanos);

        assertThat(last().message().errorCode()).isEqualTo(487);
    }

    @Test
    void renewsConsentEveryFewSecondsAndGivesUpWithoutAnswers() {
        add(BEST, 0);
        run(1);
        answer(last(), remoteIntegrity);
        run(SECOND / 10);
        answer(last(), remoteIntegrity);
        sent.clear();
        run(7 * SECOND);
        assertThat(sent).as("consent check within 6 s").isNotEmpty();
        answer(last(), remoteIntegrity);

        run(29 * SECOND);
        assertThat(expiries).isZero();
        run(2 * SECOND);
        assertThat(expiries).isEqualTo(1);
    }

    @Test
    void aForbiddenFromThePeerRevokesConsentAtOnce() {
        add(BEST, 0);
        run(1);
        answer(last(), remoteIntegrity);
        run(SECOND / 10);
        answer(last(), remoteIntegrity);
        sent.clear();
        run(7 * SECOND);
        ByteBuffer forged = forbidden(new MessageIntegrity(local.password()));
        assertThat(agent.handle(forged, last().path(), nowNanos)).isFalse();
        assertThat(revocations).isZero();

        agent.handle(forbidden(remoteIntegrity), last().path(), nowNanos);

        assertThat(revocations).isEqualTo(1);
    }

    private ByteBuffer forbidden(MessageIntegrity integrity) {
        return new StunWriter(StunClass.ERROR, last().message().transactionId())
                .errorCode(403)
                .integrity(integrity)
                .finish();
    }

    @Test
    void theLargerTieBreakerControls() {
        ByteBuffer check = new StunWriter(StunClass.REQUEST, TransactionId.random())
                .username(local.ufrag() + ":" + remote.ufrag())
                .role(true, -1)
                .priority(7)
                .integrity(localIntegrity)
                .finish();

        agent.handle(check, new FiveTuple(LOCAL, BEST), nowNanos);
        assertThat(last().message().messageClass()).isEqualTo(StunClass.SUCCESS);
        run(SECOND / 10);

        assertThat(last().message().controlled()).as("gave way").isTrue();
    }

    @Test
    void aRoleConflictReportedByThePeerSwitchesTheRole() {
        add(BEST, 0);
        run(1);
        assertThat(last().message().controlling()).isTrue();

        ByteBuffer conflict = new StunWriter(StunClass.ERROR, last().message().transactionId())
                .errorCode(487)
                .integrity(remoteIntegrity)
                .finish();
        agent.handle(conflict, last().path(), nowNanos);
        run(SECOND / 5);

        assertThat(last().message().controlled()).isTrue();
    }
}
