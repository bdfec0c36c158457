package dev.weir.gateway.session;

import java.util.List;

/**
 * What a PATCH says about the ICE session that it means (RFC 9725 section 4.3.1), already read from its header.
 *
 * @param kind which form it has
 * @param tags the entity tags that are named, each with its quotes; empty unless {@code kind} is TAGS
 */
public record IfMatch(Kind kind, List<String> tags) {
    /** There is no If-Match, and the operator insists on one. */
    public static final IfMatch MISSING = new IfMatch(Kind.MISSING, List.of());
    /** There is no If-Match, and a fragment with the right credentials, or without any, does without. */
    public static final IfMatch WAIVED = new IfMatch(Kind.WAIVED, List.of());
    /** {@code *}: whatever ICE session there is. */
    public static final IfMatch ANY = new IfMatch(Kind.ANY, List.of());

    /** Lists the forms. */
    public enum Kind {
        MISSING,
        WAIVED,
        ANY,
        TAGS
    }

    public IfMatch {
        tags = List.copyOf(tags);
    }

    /** Names one or more entity tags, with their quotes. */
    public static IfMatch tags(List<String> tags) {
        return new IfMatch(Kind.TAGS, tags);
    }

    /** Returns whether the condition lets a change of the ICE session {@code etag} pass. */
    boolean allows(String etag) {
        return switch (kind) {
            case MISSING -> false;
            case WAIVED, ANY -> true;
            case TAGS -> tags.contains(etag);
        };
    }
}
