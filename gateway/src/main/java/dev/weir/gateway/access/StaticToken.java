package dev.weir.gateway.access;

import dev.weir.gateway.session.Grant;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A token of the configuration, of which only the hash is known.
 *
 * @param name whom it names; sessions belong to this name
 * @param sha256 SHA-256 of the token in lower-case hexadecimal; enough, because a token is 256 random bits
 */
public record StaticToken(String name, String sha256, Set<Grant> grants) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._~-]{1,64}");
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

    public StaticToken {
        grants = Set.copyOf(grants);
        if (!NAME.matcher(name).matches() || !HASH.matcher(sha256).matches() || grants.isEmpty()) {
            throw new IllegalArgumentException("must be NAME SHA256 GRANT …, as `weir token` prints it");
        }
    }

    /**
     * Reads {@code NAME SHA256 GRANT …}.
     *
     * @throws IllegalArgumentException saying what is wrong, without the hash
     */
    public static StaticToken parse(String text) {
        String[] words = text.strip().split(" +", -1);
        Set<Grant> grants = new LinkedHashSet<>();
        for (int i = 2; i < words.length; i++) {
            grants.add(Grant.parse(words[i]));
        }
        return new StaticToken(words[0], words.length > 1 ? words[1] : "", grants);
    }
}
