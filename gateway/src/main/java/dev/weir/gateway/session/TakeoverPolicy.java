package dev.weir.gateway.session;

import java.util.Locale;
import java.util.Optional;

/** Lists who may take a stream over from a publisher that is alive, beside whoever has {@link Permission#TAKEOVER}. */
public enum TakeoverPolicy {
    /** Nobody. */
    NEVER,
    /** Whoever has credentials of the same subject as the present publisher; nobody anonymous. */
    SAME_SUBJECT,
    /** Whoever may publish the stream. */
    ALWAYS;

    /** Returns whether {@code newcomer} may take {@code streamId} over from a session of {@code holder}. */
    boolean allows(Caller newcomer, Caller holder, String streamId) {
        if (newcomer.may(Permission.TAKEOVER, streamId)) {
            return true;
        }
        return switch (this) {
            case NEVER -> false;
            case SAME_SUBJECT -> !newcomer.isAnonymous() && newcomer.isSameAs(holder);
            case ALWAYS -> true;
        };
    }

    /** Returns the word in the configuration, for example {@code same-subject}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Returns the policy of that word. */
    public static Optional<TakeoverPolicy> of(String word) {
        for (TakeoverPolicy policy : values()) {
            if (policy.word().equals(word)) {
                return Optional.of(policy);
            }
        }
        return Optional.empty();
    }
}
