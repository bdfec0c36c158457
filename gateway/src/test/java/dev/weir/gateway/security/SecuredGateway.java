package dev.weir.gateway.security;

import dev.weir.gateway.ServerConfig;
import dev.weir.gateway.WhipServer;
import dev.weir.gateway.access.AccessConfig;
import dev.weir.gateway.access.OutboundPolicy;
import dev.weir.gateway.access.StaticToken;
import dev.weir.gateway.access.Token;
import dev.weir.gateway.session.Grant;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** A whole gateway on loopback, and a client that shows tokens. */
final class SecuredGateway implements AutoCloseable {
    private static final Path OFFERS = Path.of("../webrtc/src/test/resources/offers");

    final WhipServer server;
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    private SecuredGateway(WhipServer server) {
        this.server = server;
    }

    static SecuredGateway start(UnaryOperator<ServerConfig.Builder> settings) throws IOException {
        ServerConfig.Builder usual =
                ServerConfig.builder().bindAddress("127.0.0.1", 0).udpPort(0).eventLoops(1);
        WhipServer server = new WhipServer(settings.apply(usual).build());
        server.start();
        return new SecuredGateway(server);
    }

    static SecuredGateway start(AccessConfig access) throws IOException {
        return start(builder -> builder.access(access));
    }

    /** Knows these tokens, and lets nobody do anything without one. */
    static AccessConfig only(StaticToken... tokens) {
        return new AccessConfig(
                List.of(tokens), Optional.empty(), Optional.empty(), Set.of(), false, OutboundPolicy.PUBLIC);
    }

    /** A token that is its own name. */
    static StaticToken token(String name, String... grants) {
        Set<Grant> parsed = Arrays.stream(grants).map(Grant::parse).collect(Collectors.toSet());
        return new StaticToken(name, Token.sha256(name), parsed);
    }

    static String offer() throws IOException {
        return Files.readString(OFFERS.resolve("chromium-156-whip.sdp"));
    }

    static String fragment() throws IOException {
        return offer().lines()
                .filter(line -> line.startsWith("a=ice-ufrag") || line.startsWith("a=ice-pwd"))
                .limit(2)
                .collect(Collectors.joining("\r\n", "", "\r\n"));
    }

    InetSocketAddress address() {
        return server.httpAddress();
    }

    HttpRequest.Builder request(String path) {
        String scheme = server.isSecure() ? "https" : "http";
        return HttpRequest.newBuilder(
                        URI.create(scheme + "://127.0.0.1:" + address().getPort() + path))
                .timeout(Duration.ofSeconds(20));
    }

    /** A request with a token, empty for none, and the body that the method usually has. */
    HttpRequest.Builder request(String method, String path, String token) throws IOException {
        HttpRequest.Builder request = request(path);
        switch (method) {
            case "POST" -> request.header("Content-Type", "application/sdp").POST(BodyPublishers.ofString(offer()));
            case "PATCH" ->
                request.header("Content-Type", "application/trickle-ice-sdpfrag")
                        .header("If-Match", "*")
                        .method("PATCH", BodyPublishers.ofString(fragment()));
            default -> request.method(method, BodyPublishers.noBody());
        }
        return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
    }

    HttpResponse<String> send(String method, String path, String token) throws IOException, InterruptedException {
        return send(request(method, path, token));
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), BodyHandlers.ofString());
    }

    int status(String method, String path, String token) throws IOException, InterruptedException {
        return send(method, path, token).statusCode();
    }

    static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    @Override
    public void close() {
        server.close();
    }
}
