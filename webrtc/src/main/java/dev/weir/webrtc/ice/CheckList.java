package dev.weir.webrtc.ice;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Orders the pairs of one agent (RFC 8445 section 6.1.2). There is one component of one stream, so no pair is ever frozen.
 * One loop.
 */
final class CheckList {
    private static final int MAX_PAIRS = 64;

    private final List<InetSocketAddress> localAddresses;
    private final List<CandidatePair> pairs = new ArrayList<>();
    private boolean controlling;

    CheckList(List<InetSocketAddress> localAddresses, boolean controlling) {
        this.localAddresses = localAddresses;
        this.controlling = controlling;
    }

    /** Pairs {@code candidate} with every address of ours that can reach it. */
    void add(IceCandidate candidate, long nowNanos) {
        for (int i = 0; i < localAddresses.size(); i++) {
            InetSocketAddress address = localAddresses.get(i);
            if (reaches(address.getAddress(), candidate.address().getAddress())) {
                FiveTuple path = new FiveTuple(address, candidate.address());
                CandidatePair pair =
                        new CandidatePair(path, IceCandidate.hostPriority(i), candidate.priority(), nowNanos);
                boolean unused = find(path) == null && add(pair);
            }
        }
    }

    /** Adds a pair whose path is new; the least important one goes when there are too many. Returns whether it is there. */
    boolean add(CandidatePair pair) {
        int at = 0;
        long priority = pair.priority(controlling);
        while (at < pairs.size() && Long.compareUnsigned(pairs.get(at).priority(controlling), priority) >= 0) {
            at++;
        }
        pairs.add(at, pair);
        for (int i = pairs.size() - 1; i >= 0 && pairs.size() > MAX_PAIRS; i--) {
            if (!pairs.get(i).claimed && !pairs.get(i).succeeded) {
                pairs.remove(i);
            }
        }
        if (pairs.size() > MAX_PAIRS) {
            pairs.remove(pair);
        }
        return pairs.contains(pair);
    }

    /** Sends nothing where it cannot arrive, and nothing from the world to this machine's own addresses. */
    private static boolean reaches(InetAddress ours, InetAddress theirs) {
        if (theirs.isAnyLocalAddress() || theirs.isMulticastAddress()) {
            return false;
        }
        if (theirs instanceof Inet6Address six && theirs.isLinkLocalAddress() && six.getScopeId() == 0) {
            return false;
        }
        if (ours.isAnyLocalAddress()) {
            // A client's dual-stack socket on the wildcard address reaches both families.
            return true;
        }
        return ours.getClass().equals(theirs.getClass()) && ours.isLoopbackAddress() == theirs.isLoopbackAddress();
    }

    /** Orders the pairs anew after the roles changed (RFC 8445 section 7.3.1.1). */
    void switchRole(boolean nowControlling) {
        controlling = nowControlling;
        pairs.sort((one, other) -> Long.compareUnsigned(other.priority(nowControlling), one.priority(nowControlling)));
    }

    @Nullable
    CandidatePair find(FiveTuple path) {
        for (int i = 0; i < pairs.size(); i++) {
            if (pairs.get(i).path.equals(path)) {
                return pairs.get(i);
            }
        }
        return null;
    }

    /** Returns the pair whose check is due first, the more important one of two; null when none is planned. */
    @Nullable
    CandidatePair next() {
        CandidatePair next = null;
        for (int i = 0; i < pairs.size(); i++) {
            CandidatePair pair = pairs.get(i);
            if (pair.nextCheckNanos != CandidatePair.NEVER
                    && (next == null || pair.nextCheckNanos - next.nextCheckNanos < 0)) {
                next = pair;
            }
        }
        return next;
    }

    /** Plans no more checks but those of {@code selected}. */
    void stopOthers(CandidatePair selected) {
        for (CandidatePair pair : pairs) {
            if (pair != selected) {
                pair.nextCheckNanos = CandidatePair.NEVER;
            }
        }
    }

    List<CandidatePair> all() {
        return pairs;
    }
}
