package dev.weir.gateway.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Guesses which name a misspelt one was meant to be. */
final class Spelling {
    private Spelling() {}

    /** Returns {@code "; did you mean X?"}, or nothing when no name is near. */
    static String hint(String wrong, Collection<String> names) {
        Optional<String> nearest = names.stream().min(Comparator.comparingInt(name -> distance(wrong, name)));
        int limit = Math.max(2, wrong.length() / 3);
        return nearest.filter(name -> distance(wrong, name) <= limit)
                .map(name -> "; did you mean " + name + "?")
                .orElse("");
    }

    /** Counts the single-character edits between two words (Levenshtein). */
    static int distance(String from, String to) {
        int[] previous = new int[to.length() + 1];
        for (int j = 0; j < previous.length; j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int[] current = new int[to.length() + 1];
            current[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = previous[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(replaced, Math.min(previous[j], current[j - 1]) + 1);
            }
            previous = current;
        }
        return previous[to.length()];
    }
}
