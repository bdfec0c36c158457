package dev.weir.gateway.access;

import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A key set in a file, looked at again once a second at most, so that keys rotate without a restart. From any thread. */
final class KeyFile implements JWKSource<SecurityContext> {
    private static final long RECHECK_NANOS = Duration.ofSeconds(1).toNanos();
    private static final int MAX_BYTES = 1 << 20;

    private final Path file;
    private String content = "";
    private JWKSet keys = new JWKSet();
    private long checkedNanos;
    private boolean checked;

    KeyFile(Path file) {
        this.file = file;
    }

    @Override
    public List<JWK> get(JWKSelector selector, @Nullable SecurityContext context) throws KeySourceException {
        return selector.select(current());
    }

    private synchronized JWKSet current() throws KeySourceException {
        long now = System.nanoTime();
        if (checked && now - checkedNanos < RECHECK_NANOS) {
            return keys;
        }
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new KeySourceException("the key file is larger than " + MAX_BYTES + " bytes", null);
            }
            String found = Files.readString(file, StandardCharsets.UTF_8);
            if (!found.equals(content)) {
                keys = JWKSet.parse(found);
                content = found;
            }
        } catch (IOException | ParseException e) {
            throw new KeySourceException("the key file cannot be used: " + e.getMessage(), e);
        }
        checked = true;
        checkedNanos = now;
        return keys;
    }
}
