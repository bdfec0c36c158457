package dev.weir.connector.restream;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where in the log a target begins.
 *
 * @param behind how far behind the present the target stays, zero = live; empty when {@code at} says it
 * @param at the instant to begin at, empty when {@code behind} says it
 */
public record StartPosition(Optional<Duration> behind, Optional<Instant> at) {
    /** The present. */
    public static final StartPosition LIVE = new StartPosition(Optional.of(Duration.ZERO), Optional.empty());

    private static final Pattern DURATION = Pattern.compile("(\\d{1,6})\\s*(s|m|h)");

    /** Checks that there is one of the two. */
    public StartPosition {
        if (behind.isPresent() == at.isPresent()) {
            throw new IllegalArgumentException("either a duration or an instant");
        }
    }

    /**
     * Reads {@code live}, a duration such as {@code 5m}, {@code 90s} or {@code 2h}, or an instant of ISO 8601.
     *
     * @throws IllegalArgumentException when it is none of them
     */
    public static StartPosition parse(String text) {
        String value = text.trim().toLowerCase(Locale.ROOT);
        if (value.equals("live")) {
            return LIVE;
        }
        Matcher matcher = DURATION.matcher(value);
        if (matcher.matches()) {
            long count = Long.parseLong(matcher.group(1));
            Duration behind = switch (matcher.group(2)) {
                case "h" -> Duration.ofHours(count);
                case "m" -> Duration.ofMinutes(count);
                default -> Duration.ofSeconds(count);
            };
            return new StartPosition(Optional.of(behind), Optional.empty());
        }
        try {
            return new StartPosition(Optional.empty(), Optional.of(Instant.parse(text.trim())));
        } catch (DateTimeException neither) {
            throw new IllegalArgumentException(
                    "neither live, nor a duration such as 5m, nor an instant such as 2026-11-25T10:00:00Z", neither);
        }
    }
}
