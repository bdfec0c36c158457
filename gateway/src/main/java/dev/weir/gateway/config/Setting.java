package dev.weir.gateway.config;

import java.util.Locale;

/**
 * One effective value.
 *
 * @param key full name, for example {@code http.address} or {@code kafka.sasl.mechanism}
 * @param value text as written
 * @param origin who set it
 */
public record Setting(String key, String value, Origin origin) {

    /** Returns the value to print: a secret is hidden. */
    public String printableValue() {
        return isSecret() && !value.isEmpty() ? "(hidden)" : value;
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

    ConfigException wrong(String reason) {
        return new ConfigException(origin.describe() + ": " + key + " " + reason);
    }
}
