package dev.weir.gateway.config;

/** Says in one line what is wrong with the configuration and where; it stops the start. */
public final class ConfigException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Takes the whole line for the user, origin included. */
    public ConfigException(String message) {
        super(message);
    }
}
