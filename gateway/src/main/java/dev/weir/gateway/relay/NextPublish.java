package dev.weir.gateway.relay;

import java.util.concurrent.Executor;

/** Leaves work to the next {@code publish}, for publishers without a loop. */
enum NextPublish implements Executor {
    INSTANCE;

    @Override
    public void execute(Runnable task) {
        // StreamRelay looks for joining subscribers at each packet anyway.
    }
}
