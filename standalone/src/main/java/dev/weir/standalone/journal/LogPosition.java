package dev.weir.standalone.journal;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A place in the log.
 *
 * @param kind what {@code value} means
 * @param value an offset, or microseconds since 1970, or 0
 */
public record LogPosition(Kind kind, long value) {

    /** How a place is named. */
    public enum Kind {
        /** The oldest record that Kafka still holds. */
        BEGINNING,
        /** Behind the newest record. */
        END,
        /** The first record that arrived at this time or later. */
        TIME,
        /** The record with this offset, in every partition. */
        OFFSET
    }

    /** The oldest record that Kafka still holds. */
    public static final LogPosition BEGINNING = new LogPosition(Kind.BEGINNING, 0);

    /** Behind the newest record. */
    public static final LogPosition END = new LogPosition(Kind.END, 0);

    private static final Pattern AGO = Pattern.compile("-(\\d{1,9})(ms|s|m|h|d)");
    private static final Pattern OFFSET = Pattern.compile("@(\\d{1,18})");

    /** Returns the place of a time, in microseconds since 1970. */
    public static LogPosition atMicros(long micros) {
        return new LogPosition(Kind.TIME, micros);
    }

    /**
     * Reads a place as people write it: {@code beginning}, {@code latest}, {@code now}, {@code @OFFSET}, {@code -90s},
     * {@code 2026-11-25T04:00:00Z}, {@code 2026-11-25 04:00:00.5}, {@code 04:00:00} (today).
     *
     * @param now what {@code now}, ages and days without a date refer to
     * @param zone of times without an offset
     * @throws IllegalArgumentException when it is none of these; the message says what is possible
     */
    public static LogPosition parse(String text, Instant now, ZoneId zone) {
        String word = text.trim();
        Matcher offset = OFFSET.matcher(word);
        if (offset.matches()) {
            return new LogPosition(Kind.OFFSET, Long.parseLong(offset.group(1)));
        }
        Matcher ago = AGO.matcher(word);
        if (ago.matches()) {
            return atMicros(micros(now) - Long.parseLong(ago.group(1)) * unitMicros(ago.group(2)));
        }
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "beginning", "earliest" -> BEGINNING;
            case "latest" -> END;
            case "now" -> atMicros(micros(now));
            default -> atMicros(micros(instant(word, now, zone)));
        };
    }

    private static long unitMicros(String unit) {
        return switch (unit) {
            case "ms" -> 1_000L;
            case "s" -> 1_000_000L;
            case "m" -> 60_000_000L;
            case "h" -> 3_600_000_000L;
            default -> 86_400_000_000L;
        };
    }

    private static Instant instant(String text, Instant now, ZoneId zone) {
        String iso = text.replace(' ', 'T');
        try {
            if (!iso.contains("T") && iso.contains(":")) {
                return LocalTime.parse(iso)
                        .atDate(LocalDate.ofInstant(now, zone))
                        .atZone(zone)
                        .toInstant();
            }
            if (iso.matches(".*T.*([Zz]|[+-]\\d\\d:?\\d\\d)")) {
                return OffsetDateTime.parse(iso).toInstant();
            }
            return iso.contains("T")
                    ? LocalDateTime.parse(iso).atZone(zone).toInstant()
                    : LocalDate.parse(iso).atStartOfDay(zone).toInstant();
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "'" + text + "' is no place in the log: write beginning, latest, now, -90s, @OFFSET,"
                            + " 2026-11-25T04:00:00Z, '2026-11-25 04:00:00' or 04:00:00",
                    e);
        }
    }

    private static long micros(Instant instant) {
        return instant.getEpochSecond() * 1_000_000 + instant.getNano() / 1_000;
    }
}
