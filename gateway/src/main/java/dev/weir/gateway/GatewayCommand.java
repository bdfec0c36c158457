package dev.weir.gateway;

import ch.qos.logback.classic.Level;
import dev.weir.gateway.config.Config;
import dev.weir.gateway.config.ConfigException;
import dev.weir.gateway.config.Key;
import dev.weir.webrtc.net.Niceness;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Runs the gateway until the process is told to stop. */
@Command(
        name = "gateway",
        mixinStandardHelpOptions = true,
        description = "Serve WHIP and WHEP; with --kafka, mirror every stream into Kafka.")
public final class GatewayCommand implements Callable<Integer> {
    private static final int FAILED = 1;

    @Mixin
    private ConfigOptions options = new ConfigOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it.
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        WhipServer server;
        int unused = Niceness.raiseCompilers(Niceness.BACKGROUND);
        try {
            Config config = options.load();
            setLogLevel(config.text(Key.LOG_LEVEL));
            server = new WhipServer(ConfigReader.serverConfig(config));
            server.start();
        } catch (FileSystemException e) {
            err.println("weir: " + e.getFile() + ": " + reason(e));
            return FAILED;
        } catch (ConfigException | IOException e) {
            err.println("weir: " + e.getMessage());
            return FAILED;
        }
        TerminationSignal.endsWithSuccess();
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            server.close();
                            stopped.countDown();
                        },
                        "shutdown"));
        server.madeToken()
                .ifPresent(token -> out.println("weir gateway token: " + token
                        + " (valid until it stops; auth.tokens keeps one, auth.anonymous asks for none)"));
        out.println(readyLine(server));
        out.flush();
        stopped.await();
        return 0;
    }

    /** Such an exception's message may be nothing but the name of the file. */
    private static String reason(FileSystemException e) {
        if (e instanceof NoSuchFileException) {
            return "no such file";
        }
        return e instanceof AccessDeniedException ? "not readable" : String.valueOf(e.getReason());
    }

    private static void setLogLevel(String level) {
        if (LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME) instanceof ch.qos.logback.classic.Logger root) {
            root.setLevel(Level.toLevel(level, Level.INFO));
        }
    }

    /** Returns the line that says where a started server is found. */
    static String readyLine(WhipServer server) {
        String url = url(server.isSecure() ? "https" : "http", server.httpAddress());
        return "weir gateway ready: " + url + " (publish " + url + "publish, play " + url
                + "play/STREAM, WHIP " + url + "whip/STREAM, WHEP " + url + "whep/STREAM, media on UDP "
                + server.udpAddress().getPort() + ")";
    }

    /** Returns where a server that listens there is reached from this machine, with a slash at the end. */
    static String url(String scheme, InetSocketAddress http) {
        boolean any = http.getAddress() == null || http.getAddress().isAnyLocalAddress();
        String host = any ? "127.0.0.1" : http.getAddress().getHostAddress();
        return scheme + "://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + http.getPort() + "/";
    }
}
