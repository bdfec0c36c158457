package dev.weir.connector.restream.packet;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Answers a challenge of RTSP (RFC 2326 section D.1): Digest with MD5 (RFC 2617 section 3.2), or Basic. Immutable. */
final class RtspCredentials {
    private final String name;
    private final String password;
    private final String challenge;
    private final boolean digest;

    private RtspCredentials(String user, String challenge, boolean digest) {
        int colon = user.indexOf(':');
        this.name = colon < 0 ? user : user.substring(0, colon);
        this.password = colon < 0 ? "" : user.substring(colon + 1);
        this.challenge = challenge;
        this.digest = digest;
    }

    static Optional<RtspCredentials> of(String user, String challenge) throws IOException {
        if (challenge.regionMatches(true, 0, "Digest", 0, 6)) {
            return Optional.of(new RtspCredentials(user, challenge, true));
        }
        if (challenge.regionMatches(true, 0, "Basic", 0, 5)) {
            return Optional.of(new RtspCredentials(user, challenge, false));
        }
        throw new IOException("the RTSP server wants a kind of authentication that is neither Digest nor Basic");
    }

    /** Returns the Authorization header. */
    String header(String method, String uri) {
        if (!digest) {
            return "Basic "
                    + Base64.getEncoder().encodeToString((name + ":" + password).getBytes(StandardCharsets.UTF_8));
        }
        String realm = parameter("realm");
        String nonce = parameter("nonce");
        String response = md5(md5(name + ":" + realm + ":" + password) + ":" + nonce + ":" + md5(method + ":" + uri));
        return "Digest username=\"" + name + "\", realm=\"" + realm + "\", nonce=\"" + nonce + "\", uri=\"" + uri
                + "\", response=\"" + response + "\"";
    }

    private String parameter(String wanted) {
        Matcher matcher = Pattern.compile(wanted + "=\"([^\"]*)\"", Pattern.CASE_INSENSITIVE)
                .matcher(challenge);
        return matcher.find() ? matcher.group(1) : "";
    }

    private static String md5(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException everyJvmHasIt) {
            throw new IllegalStateException(everyJvmHasIt);
        }
    }
}
