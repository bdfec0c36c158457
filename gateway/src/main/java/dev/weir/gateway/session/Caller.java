package dev.weir.gateway.session;

import java.net.InetAddress;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Who asks for something.
 *
 * @param subject whom the credentials name; empty when none were asked for
 * @param address where the request comes from, as far as trusted proxies tell
 * @param grants what the credentials allow
 */
public record Caller(String subject, InetAddress address, Set<Grant> grants) {
    /** Everything but to push out another publisher, which {@code sessions.takeover} decides then. */
    public static final Set<Grant> EVERYTHING = EnumSet.complementOf(EnumSet.of(Permission.TAKEOVER)).stream()
            .map(Grant::onAll)
            .collect(Collectors.toUnmodifiableSet());

    public Caller {
        grants = Set.copyOf(grants);
    }

    /** Returns a caller of a gateway that asks for no credentials. */
    public static Caller anonymous(InetAddress address) {
        return new Caller("", address, EVERYTHING);
    }

    /** Returns whether no credentials name this caller. */
    public boolean isAnonymous() {
        return subject.isEmpty();
    }

    /** Returns whether this caller is allowed {@code permission} on {@code streamId}. */
    public boolean may(Permission permission, String streamId) {
        for (Grant grant : grants) {
            if (grant.permission() == permission && grant.covers(streamId)) {
                return true;
            }
        }
        return false;
    }

    /** Returns whether this caller is allowed {@code permission} on some stream. */
    public boolean maySomewhere(Permission permission) {
        for (Grant grant : grants) {
            if (grant.permission() == permission) {
                return true;
            }
        }
        return false;
    }

    /** Returns whether this caller is allowed {@code permission} on every stream. */
    public boolean mayEverywhere(Permission permission) {
        return grants.contains(Grant.onAll(permission));
    }

    /** Returns whether both have the same name, so that one may go on with the other's session. */
    public boolean isSameAs(Caller other) {
        return subject.equals(other.subject);
    }
}
