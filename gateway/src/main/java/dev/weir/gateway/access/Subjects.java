package dev.weir.gateway.access;

import dev.weir.gateway.session.Grant;
import java.util.Optional;

/** Reads what others say about a caller. */
final class Subjects {
    private static final int MAX_LENGTH = 256;

    private Subjects() {}

    /** Returns whether a name may go into logs and be kept. */
    static boolean isPrintable(String subject) {
        return !subject.isEmpty()
                && subject.length() <= MAX_LENGTH
                && subject.chars().allMatch(c -> c >= 0x20 && c != 0x7F && !(c >= 0x80 && c < 0xA0));
    }

    /** Returns the grant that {@code text} spells, empty when it spells none. */
    static Optional<Grant> grant(String text) {
        try {
            return Optional.of(Grant.parse(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
