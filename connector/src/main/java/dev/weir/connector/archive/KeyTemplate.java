package dev.weir.connector.archive;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Names the objects with media: text with placeholders such as {@code {stream}/{epoch}/{time}}. What it makes of an object
 * follows from the log alone, and no two objects of an archive get the same name. Immutable.
 */
public final class KeyTemplate {
    private static final Pattern TEXT = Pattern.compile("[A-Za-z0-9._~=/-]+");
    private static final Pattern PART = Pattern.compile("\\{([^{}]*)\\}|([^{}]+)|[{}]");
    private static final Pattern SEPARATOR = Pattern.compile(".*[^A-Za-z0-9].*");
    private static final Set<KeyPlaceholder> REQUIRED =
            EnumSet.of(KeyPlaceholder.STREAM, KeyPlaceholder.EPOCH, KeyPlaceholder.TIME);

    /** All in the epoch's folder, where playlist and manifests are; behind the patterns, which it needs. */
    public static final KeyTemplate DEFAULT = of("{stream}/{epoch}/{time}");

    /** Exactly one of the two. */
    private record Part(String text, Optional<KeyPlaceholder> placeholder) {}

    private final String template;
    private final List<Part> parts;

    private KeyTemplate(String template, List<Part> parts) {
        this.template = template;
        this.parts = List.copyOf(parts);
    }

    /**
     * Reads a template.
     *
     * @throws IllegalArgumentException with what is wrong: a placeholder that is unknown, missing or not set apart, or
     *     text that is no part of a key
     */
    public static KeyTemplate of(String template) {
        List<Part> parts = new ArrayList<>();
        Matcher matcher = PART.matcher(template);
        while (matcher.find()) {
            parts.add(part(matcher));
        }
        requireUnambiguous(parts);
        requireSegments(parts);
        return new KeyTemplate(template, parts);
    }

    private static Part part(Matcher matcher) {
        String name = matcher.group(1);
        if (name != null) {
            return new Part(
                    "",
                    Optional.of(KeyPlaceholder.of(name)
                            .orElseThrow(() -> new IllegalArgumentException(
                                    "{" + name + "} is no placeholder; there are " + all()))));
        }
        String text = matcher.group();
        if (!TEXT.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "'" + text + "' may hold letters, digits and . _ ~ = - / only, and {} around placeholders");
        }
        return new Part(text, Optional.empty());
    }

    /** Two objects must differ in their keys, whatever streams are called. */
    private static void requireUnambiguous(List<Part> parts) {
        for (KeyPlaceholder required : REQUIRED) {
            if (parts.stream().noneMatch(part -> part.placeholder().equals(Optional.of(required)))) {
                throw new IllegalArgumentException(
                        "must hold " + required + ": only {stream}, {epoch} and {time} together name one object");
            }
        }
        for (int i = 1; i < parts.size(); i++) {
            Part before = parts.get(i - 1);
            boolean touching = before.placeholder().isPresent()
                    && parts.get(i).placeholder().isPresent();
            boolean glued = i >= 2
                    && parts.get(i).placeholder().isPresent()
                    && before.placeholder().isEmpty()
                    && !SEPARATOR.matcher(before.text()).matches();
            if (touching || glued) {
                throw new IllegalArgumentException("needs one of . _ ~ = - / between two placeholders, before "
                        + parts.get(i).placeholder().orElseThrow());
            }
        }
    }

    private static void requireSegments(List<Part> parts) {
        String sample = parts.stream()
                .map(part -> part.placeholder().map(placeholder -> "x").orElse(part.text()))
                .collect(Collectors.joining());
        for (String segment : sample.split("/", -1)) {
            if (segment.isEmpty() || segment.startsWith(".")) {
                throw new IllegalArgumentException("no part between slashes may be empty or begin with a dot");
            }
        }
    }

    private static String all() {
        return Arrays.stream(KeyPlaceholder.values())
                .map(KeyPlaceholder::toString)
                .collect(Collectors.joining(" "));
    }

    /** Returns the key of an object, without prefix and extension. */
    String key(KeyFacts facts) {
        StringBuilder key = new StringBuilder();
        for (Part part : parts) {
            key.append(part.placeholder()
                    .map(placeholder -> placeholder.value(facts))
                    .orElse(part.text()));
        }
        return key.toString();
    }

    @Override
    public String toString() {
        return template;
    }
}
