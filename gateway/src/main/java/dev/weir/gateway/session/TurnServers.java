package dev.weir.gateway.session;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Names the STUN and TURN servers of the configuration, and gives each caller credentials for the latter: the same for all,
 * or minted ones that expire, made from a secret that the TURN server shares (the TURN REST convention, which coturn calls
 * {@code use-auth-secret}).
 */
public final class TurnServers implements IceServers {
    /** Longest life of minted credentials: a session needs them only until it is connected, and to refresh. */
    public static final Duration MAX_LIFETIME = Duration.ofHours(1);

    private static final String HMAC = "HmacSHA1";

    private final List<String> uris;
    private final Credentials credentials;

    /** How a caller proves to a TURN server that we sent it. */
    @FunctionalInterface
    private interface Credentials {
        IceServer at(String uri, Caller caller);
    }

    private TurnServers(List<String> uris, Credentials credentials) {
        this.uris = List.copyOf(uris);
        this.credentials = credentials;
        for (String uri : uris) {
            IceServer unused = IceServer.stun(uri);
        }
    }

    /**
     * Gives everybody the same user name and credential, which any caller may pass on.
     *
     * @throws IllegalArgumentException when a URI is none of STUN or TURN, or a TURN server comes without credentials
     */
    public static TurnServers withFixedCredentials(List<String> uris, String username, String credential) {
        boolean incomplete = username.isEmpty() || credential.isEmpty();
        if (incomplete && uris.stream().anyMatch(TurnServers::isTurn)) {
            throw new IllegalArgumentException(
                    "a TURN server needs ice.turn-secret, or ice.turn-username and ice.turn-password");
        }
        return new TurnServers(uris, (uri, caller) -> new IceServer(uri, username, credential));
    }

    /**
     * Mints credentials for each caller that are good for {@code lifetime}.
     *
     * @param secret what coturn calls {@code static-auth-secret}
     * @throws IllegalArgumentException when a URI is none of STUN or TURN, or {@code lifetime} is none or over an hour
     */
    public static TurnServers withSharedSecret(
            List<String> uris, String secret, Duration lifetime, InstantSource clock) {
        if (secret.isEmpty()) {
            throw new IllegalArgumentException("the secret must not be empty");
        }
        if (lifetime.toSeconds() < 1 || lifetime.compareTo(MAX_LIFETIME) > 0) {
            throw new IllegalArgumentException("ice.turn-lifetime must be 1s to 1h: " + lifetime);
        }
        byte[] key = secret.getBytes(StandardCharsets.UTF_8);
        return new TurnServers(uris, (uri, caller) -> {
            String subject = caller.isAnonymous() ? "anonymous" : caller.subject();
            String username = clock.instant().plus(lifetime).getEpochSecond() + ":" + subject;
            return new IceServer(uri, username, sign(username, key));
        });
    }

    private static String sign(String username, byte[] key) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(key, HMAC));
            byte[] signature = mac.doFinal(username.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(signature);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(HMAC + " is missing", e);
        }
    }

    private static boolean isTurn(String uri) {
        return uri.startsWith("turn");
    }

    @Override
    public List<IceServer> serversFor(Caller caller) {
        List<IceServer> servers = new ArrayList<>();
        for (String uri : uris) {
            servers.add(isTurn(uri) ? credentials.at(uri, caller) : IceServer.stun(uri));
        }
        return servers;
    }

    /** Keeps secrets out of logs. */
    @Override
    public String toString() {
        return "TurnServers" + uris;
    }
}
