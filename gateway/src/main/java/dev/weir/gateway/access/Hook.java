package dev.weir.gateway.access;

import com.nimbusds.jose.util.JSONObjectUtils;
import dev.weir.gateway.session.Caller;
import dev.weir.gateway.session.Grant;
import java.io.IOException;
import java.net.InetAddress;
import java.text.ParseException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks an external service about tokens that nobody else knows. It is posted {@code {"token", "action", "stream", "address"}};
 * 200 with {@code {"subject", "grants": ["publish:show"]}} is a yes, 401 and 403 are a no, and anything else, a timeout
 * included, is a no for the time being. From any thread.
 */
final class Hook {
    private static final Logger LOG = LoggerFactory.getLogger(Hook.class);
    /** So that a slow service leaves threads for those who need no hook. */
    private static final int MAX_QUESTIONS = 8;

    private static final Identity.Unavailable NO_ANSWER =
            new Identity.Unavailable("The service that checks tokens gives no answer now.");

    private final HookConfig config;
    private final OutboundClient client;
    private final Semaphore places = new Semaphore(MAX_QUESTIONS);

    Hook(HookConfig config, OutboundClient client) {
        this.config = config;
        this.client = client;
    }

    Identity ask(String token, InetAddress address, Question question) {
        if (!places.tryAcquire()) {
            return NO_ANSWER;
        }
        try {
            Map<String, Object> body = new LinkedHashMap<>();
            body.put("token", token);
            body.put("action", question.action());
            body.put("stream", question.streamId());
            body.put("address", address.getHostAddress());
            OutboundClient.Answer answer =
                    client.post(config.url(), JSONObjectUtils.toJSONString(body), config.secret(), config.timeout());
            return switch (answer.status()) {
                case 200 -> read(answer.body(), token, address);
                case 401, 403 -> new Identity.Refused("The token is not accepted.");
                default -> throw new IOException("it answered " + answer.status());
            };
        } catch (IOException e) {
            LOG.warn("hook={} gave no answer: {}", config.url(), String.valueOf(e.getMessage()));
            return NO_ANSWER;
        } finally {
            places.release();
        }
    }

    private static Identity read(String json, String token, InetAddress address) throws IOException {
        String subject;
        Set<Grant> grants = new HashSet<>();
        try {
            Map<String, Object> answer = JSONObjectUtils.parse(json);
            String named = JSONObjectUtils.getString(answer, "subject");
            subject = named == null || named.isEmpty() ? Token.sha256(token) : named;
            List<String> listed = JSONObjectUtils.getStringList(answer, "grants");
            if (listed == null) {
                throw new IOException("it answered 200 without grants");
            }
            for (String text : listed) {
                grants.add(Grant.parse(text));
            }
        } catch (ParseException | IllegalArgumentException e) {
            throw new IOException("it answered 200 without subject and grants: " + e.getMessage(), e);
        }
        if (!Subjects.isPrintable(subject)) {
            throw new IOException("it named a subject that is not 1 to 256 printable characters");
        }
        return new Identity.Known(new Caller("hook/" + subject, address, grants));
    }
}
