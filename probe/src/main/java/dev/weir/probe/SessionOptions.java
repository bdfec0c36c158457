package dev.weir.probe;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that publishing and playing share. */
final class SessionOptions {
    @Option(
            names = "--url",
            required = true,
            paramLabel = "URL",
            description = "the endpoint, for example http://127.0.0.1:8080/whep/live")
    private URI url = URI.create("");

    @Option(
            names = "--for",
            paramLabel = "DURATION",
            converter = DurationText.class,
            description = "how long to run after connecting, for example 10s; without it until interrupted")
    private @Nullable Duration runFor;

    @Option(
            names = "--connect-timeout",
            paramLabel = "DURATION",
            converter = DurationText.class,
            defaultValue = "10s",
            description = "how long the connection may take (default: ${DEFAULT-VALUE})")
    private Duration connectTimeout = Duration.ofSeconds(10);

    @Option(names = "--token", paramLabel = "TOKEN", description = "bearer token for the endpoint")
    private @Nullable String token;

    @Option(names = "--json", description = "print the result as one JSON object, as the last line")
    private boolean json;

    URI url() throws ProbeException {
        String scheme = url.getScheme();
        if (!("http".equals(scheme) || "https".equals(scheme)) || url.getHost() == null) {
            throw new ProbeException("--url must be http://… or https://…, not '" + url + "'");
        }
        return url;
    }

    Optional<Duration> runFor() {
        return Optional.ofNullable(runFor);
    }

    Duration connectTimeout() {
        return connectTimeout;
    }

    Optional<String> token() {
        return Optional.ofNullable(token);
    }

    boolean json() {
        return json;
    }
}
