package dev.weir.connector.restream;

import java.io.IOException;

/** Connects to a receiver. */
@FunctionalInterface
public interface TargetOpener {
    /**
     * Opens a connection, in bounded time.
     *
     * @throws IOException when that fails; its message names the cause for an operator and holds no secret
     */
    TargetConnection open() throws IOException, InterruptedException;
}
