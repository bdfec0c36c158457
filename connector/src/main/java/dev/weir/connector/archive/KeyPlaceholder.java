package dev.weir.connector.archive;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** What a {@link KeyTemplate} can hold. Every value but that of the stream has digits and hyphens only. */
enum KeyPlaceholder {
    /** The stream's id, escaped. */
    STREAM,
    /** The epoch. */
    EPOCH,
    /** Media time of the first frame since the start of the epoch in microseconds, 15 digits. */
    TIME,
    /** Log offset of the first packet, 20 digits. */
    OFFSET,
    /** Partition of the log. */
    PARTITION,
    /** Day of the first packet's arrival at the gateway (UTC), 2026-11-30. */
    DATE,
    /** Its year. */
    YEAR,
    /** Its month, two digits. */
    MONTH,
    /** Its day of the month, two digits. */
    DAY,
    /** Its hour, two digits. */
    HOUR;

    static Optional<KeyPlaceholder> of(String name) {
        return Arrays.stream(values())
                .filter(placeholder -> placeholder.toString().equals("{" + name + "}"))
                .findFirst();
    }

    String value(KeyFacts facts) {
        return switch (this) {
            case STREAM -> ArchiveKeys.segment(facts.streamId());
            case EPOCH -> Long.toString(facts.epoch());
            case TIME -> ArchiveKeys.time(facts.firstPtsMicros());
            case OFFSET -> String.format(Locale.ROOT, "%020d", facts.firstOffset());
            case PARTITION -> Integer.toString(facts.partition());
            case DATE -> arrived(facts, "uuuu-MM-dd");
            case YEAR -> arrived(facts, "uuuu");
            case MONTH -> arrived(facts, "MM");
            case DAY -> arrived(facts, "dd");
            case HOUR -> arrived(facts, "HH");
        };
    }

    private static String arrived(KeyFacts facts, String pattern) {
        return Instant.ofEpochSecond(0, TimeUnit.MICROSECONDS.toNanos(facts.firstArrivalMicros()))
                .atZone(ZoneOffset.UTC)
                .format(DateTimeFormatter.ofPattern(pattern, Locale.ROOT));
    }

    @Override
    public String toString() {
        return "{" + name().toLowerCase(Locale.ROOT) + "}";
    }
}
