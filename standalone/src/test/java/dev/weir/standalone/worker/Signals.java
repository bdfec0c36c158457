package dev.weir.standalone.worker;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** Sends signals to processes. */
final class Signals {
    private Signals() {}

    static void send(String signal, long pid) throws IOException, InterruptedException {
        Process run = new ProcessBuilder("kill", signal, Long.toString(pid)).start();
        if (!run.waitFor(10, TimeUnit.SECONDS) || run.exitValue() != 0) {
            throw new IOException("kill " + signal + " failed");
        }
    }
}
