package dev.weir.gateway.config;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The kinds of value that a key can have; each reads its text form. */
public enum ValueType {
    /** Any text. */
    TEXT("a text"),
    /** Texts separated by commas, or a YAML list. */
    LIST("a list"),
    /** {@code true} or {@code false}. */
    BOOLEAN("true or false"),
    /** A whole number. */
    INTEGER("a whole number"),
    /** A number of bytes with an optional unit: kB, MB, GB, KiB, MiB, GiB. */
    BYTES("bytes, like 64MB"),
    /** A time span with its unit: ms, s, m, h, d. */
    DURATION("a time span, like 500ms, 30s, 10m, 2h, 7d"),
    /** {@code host:port} or a port alone; an IPv6 address stands in square brackets. */
    ADDRESS("host:port");

    private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,18}");
    private static final Pattern WITH_UNIT = Pattern.compile("([0-9]{1,15}) ?([A-Za-z]{0,3})");
    private static final Pattern HOST_AND_PORT = Pattern.compile("(\\[[0-9A-Fa-f:.]+\\]|[^:\\s\\[\\]]*):([0-9]{1,5})");
    private static final Map<String, Long> BYTE_UNITS = Map.of(
            "", 1L,
            "B", 1L,
            "kB", 1_000L,
            "MB", 1_000_000L,
            "GB", 1_000_000_000L,
            "KiB", 1L << 10,
            "MiB", 1L << 20,
            "GiB", 1L << 30);
    private static final Map<String, Duration> TIME_UNITS = Map.of(
            "ms", Duration.ofMillis(1),
            "s", Duration.ofSeconds(1),
            "m", Duration.ofMinutes(1),
            "h", Duration.ofHours(1),
            "d", Duration.ofDays(1));

    private final String form;

    ValueType(String form) {
        this.form = form;
    }

    /** Returns what a value looks like, for messages and documents. */
    public String form() {
        return form;
    }

    /** Checks that {@code text} can be read. */
    void check(String text) {
        switch (this) {
            case TEXT, LIST -> {}
            case BOOLEAN -> bool(text);
            case INTEGER -> integer(text);
            case BYTES -> bytes(text);
            case DURATION -> duration(text);
            case ADDRESS -> address(text);
        }
    }

    static boolean bool(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException(BOOLEAN.form);
        };
    }

    static long integer(String text) {
        if (!NUMBER.matcher(text).matches()) {
            throw new IllegalArgumentException(INTEGER.form);
        }
        return Long.parseLong(text);
    }

    static long bytes(String text) {
        Matcher matcher = WITH_UNIT.matcher(text);
        if (!matcher.matches() || !BYTE_UNITS.containsKey(matcher.group(2))) {
            throw new IllegalArgumentException(BYTES.form);
        }
        return Math.multiplyExact(Long.parseLong(matcher.group(1)), BYTE_UNITS.getOrDefault(matcher.group(2), 1L));
    }

    static Duration duration(String text) {
        Matcher matcher = WITH_UNIT.matcher(text);
        if (!matcher.matches() || !TIME_UNITS.containsKey(matcher.group(2))) {
            throw new IllegalArgumentException(DURATION.form);
        }
        return TIME_UNITS.getOrDefault(matcher.group(2), Duration.ZERO).multipliedBy(Long.parseLong(matcher.group(1)));
    }

    static HostAndPort address(String text) {
        Matcher matcher = HOST_AND_PORT.matcher(text.matches("[0-9]{1,5}") ? ":" + text : text);
        if (!matcher.matches() || Integer.parseInt(matcher.group(2)) > 65535) {
            throw new IllegalArgumentException(ADDRESS.form);
        }
        String host = matcher.group(1).replaceAll("[\\[\\]]", "");
        return new HostAndPort(host, Integer.parseInt(matcher.group(2)));
    }

    static List<String> list(String text) {
        return Stream.of(text.split(",", -1))
                .map(String::strip)
                .filter(part -> !part.isEmpty())
                .toList();
    }
}
