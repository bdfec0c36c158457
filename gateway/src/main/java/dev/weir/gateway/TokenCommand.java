package dev.weir.gateway;

import dev.weir.gateway.access.StaticToken;
import dev.weir.gateway.access.Token;
import dev.weir.gateway.session.Grant;
import java.io.PrintWriter;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes a token for the configuration. */
@Command(
        name = "token",
        mixinStandardHelpOptions = true,
        description = "Make a token; print it, and the entry of auth.tokens that knows only its hash.")
public final class TokenCommand implements Callable<Integer> {
    @Option(names = "--name", paramLabel = "NAME", description = "Whom it names (default: ${DEFAULT-VALUE}).")
    private String name = "token";

    @Option(
            names = "--grant",
            paramLabel = "GRANT",
            split = ",",
            description = "What it allows, for example publish:studio-* (default: ${DEFAULT-VALUE}).")
    private List<String> grants = List.of("publish:*", "view:*");

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it.
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        String token = Token.random();
        try {
            Set<Grant> parsed = grants.stream().map(Grant::parse).collect(Collectors.toCollection(LinkedHashSet::new));
            StaticToken known = new StaticToken(name, Token.sha256(token), parsed);
            String words = parsed.stream().map(Grant::toString).collect(Collectors.joining(" "));
            out.println("token:  " + token);
            out.println("config: " + known.name() + ' ' + known.sha256() + ' ' + words);
            out.flush();
            return 0;
        } catch (IllegalArgumentException e) {
            spec.commandLine().getErr().println("weir: " + e.getMessage());
            return 1;
        }
    }
}
