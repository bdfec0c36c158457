package dev.weir.standalone.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The child's end of {@link ChildProcess}. The child ends when its standard input does, which the kernel does for it when the
 * parent is killed; Ctrl-C, which the terminal sends to both, it leaves to the parent, or the log would go away under the
 * gateway that is still writing its last records.
 */
public final class ParentLink {

    /** How long an orderly end may take before the child halts itself. */
    public static final Duration STOP_PATIENCE = Duration.ofSeconds(8);

    static final String READY = "weir ready ";
    static final String FAILED = "weir failed ";
    static final String NOTICE = "weir notice ";

    private static final Logger LOG = LoggerFactory.getLogger(ParentLink.class);

    private final PrintStream out;
    private final InputStream in;
    private final AtomicBoolean stopping = new AtomicBoolean();

    private ParentLink(PrintStream out, InputStream in) {
        this.out = out;
        this.in = in;
    }

    /** Takes over this JVM's standard input and output; what others print then goes to standard error. */
    public static ParentLink open() {
        ParentLink link = new ParentLink(System.out, System.in);
        System.setOut(System.err);
        ignoreInterruptSignal();
        return link;
    }

    /**
     * Ends this JVM when the parent has gone or has closed the pipe, after {@code stop} has run; also when it is terminated.
     * Call it before anything slow, so that a parent that dies during the start takes the child along.
     */
    public void endWithParent(Runnable stop) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stopOnce(stop), "weir-stop"));
        Thread watch = new Thread(
                () -> {
                    awaitEndOfInput();
                    stopOnce(stop);
                    Runtime.getRuntime().halt(0);
                },
                "weir-parent-watch");
        watch.setDaemon(true);
        watch.start();
    }

    private void awaitEndOfInput() {
        try {
            while (in.read() >= 0) {
                // Nothing is ever sent.
            }
        } catch (IOException e) {
            LOG.debug("parent's pipe broke", e);
        }
    }

    private void stopOnce(Runnable stop) {
        if (!stopping.compareAndSet(false, true)) {
            return;
        }
        Thread watchdog = new Thread(
                () -> {
                    try {
                        Thread.sleep(STOP_PATIENCE.toMillis());
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    LOG.warn("did not stop within {} s: halting", STOP_PATIENCE.toSeconds());
                    Runtime.getRuntime().halt(3);
                },
                "weir-stop-watchdog");
        watchdog.setDaemon(true);
        watchdog.start();
        LOG.info("stopping");
        try {
            stop.run();
        } catch (RuntimeException e) {
            LOG.warn("stopped with an error", e);
        }
    }

    /** Tells the parent that the child serves; {@code text} is one line that only the two understand. */
    public void ready(String text) {
        say(READY + text);
    }

    /** Tells the parent, in one line for the user, something that went wrong and is not the end. */
    public void notice(String text) {
        say(NOTICE + text);
    }

    /** Tells the parent, in one line for the user, why the child ends, and ends it. */
    public void fail(String text, Throwable cause) {
        LOG.error("failed: {}", text, cause);
        say(FAILED + text);
        Runtime.getRuntime().halt(1);
    }

    private synchronized void say(String line) {
        out.println(line.replace('\n', ' '));
        out.flush();
    }

    /** By reflection: the compiler warns of {@code sun.misc}, and there is no other way to leave a signal alone. */
    private static void ignoreInterruptSignal() {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object ignore =
                    Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, (p, m, a) -> null);
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance("INT"), ignore);
        } catch (ClassNotFoundException
                | NoSuchMethodException
                | InstantiationException
                | IllegalAccessException
                | InvocationTargetException e) {
            LOG.info("cannot leave Ctrl-C to the parent", e);
        }
    }
}
