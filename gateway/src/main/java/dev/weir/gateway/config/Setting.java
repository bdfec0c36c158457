package dev.weir.gateway.config;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * One effective value.
 *
 * @param key full name, for example {@code http.address} or {@code kafka.sasl.mechanism}
 * @param value text as written
 * @param origin who set it
 */
public record Setting(String key, String value, Origin origin) {
    /** What is printed instead of a secret. */
    static final String HIDDEN = "(hidden)";

    private static final Pattern USER_INFO = Pattern.compile("://[^/@,\\s]+@");

    /** Returns the value to print: a secret is hidden, and so is who logs in in an address. */
    public String printableValue() {
        if (isSecret() && !value.isEmpty()) {
            return HIDDEN;
        }
        return USER_INFO.matcher(value).replaceAll("://" + HIDDEN + "@");
    }

    /** Tells whether the value must not be printed or logged. */
    public boolean isSecret() {
        String name = key.toLowerCase(Locale.ROOT);
        return name.contains("password")
                || name.contains("secret")
                || name.contains("token")
                || name.contains("jaas")
                || name.endsWith(".keystore.key");
    }

    /** Prints no value, because records are printed by logs and debuggers. */
    @Override
    public String toString() {
        return "Setting[" + key + "=" + printableValue() + " from " + origin.describe() + "]";
    }

    ConfigException wrong(String reason) {
        return new ConfigException(origin.describe() + ": " + key + " " + reason);
    }
}
