package dev.weir.gateway;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes SIGTERM, which supervisors send, an orderly end with exit code 0, where Java alone ends with 143. SIGINT keeps the
 * shell's convention, 130.
 */
public final class TerminationSignal {
    private static final Logger LOG = LoggerFactory.getLogger(TerminationSignal.class);

    private TerminationSignal() {}

    /** Ends the process by {@code System.exit(0)}, with its shutdown hooks, when SIGTERM comes. */
    public static void endsWithSuccess() {
        // By reflection: the compiler warns of sun.misc, and there is no other way to hear a signal.
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object exit = Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, (p, m, a) -> {
                System.exit(0);
                return null;
            });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance("TERM"), exit);
        } catch (ClassNotFoundException
                | NoSuchMethodException
                | InstantiationException
                | IllegalAccessException
                | InvocationTargetException e) {
            LOG.info("SIGTERM will end the process with 143: {}", e.toString());
        }
    }
}
