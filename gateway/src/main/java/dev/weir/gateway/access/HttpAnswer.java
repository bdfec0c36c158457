package dev.weir.gateway.access;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Reads one answer of HTTP/1.1 (RFC 9112) to a request that closes the connection. Everything is bounded. */
final class HttpAnswer {
    private static final int MAX_BODY_BYTES = 256 * 1024;
    private static final int MAX_LINE_BYTES = 8 * 1024;
    private static final int MAX_LINES = 100;
    private static final int MAX_INTERIM = 5;

    private final InputStream in;

    private HttpAnswer(InputStream in) {
        this.in = in;
    }

    static OutboundClient.Answer read(InputStream in) throws IOException {
        HttpAnswer answer = new HttpAnswer(in);
        for (int i = 0; i < MAX_INTERIM; i++) {
            int status = answer.status();
            Map<String, String> headers = answer.headers();
            if (status >= 200) {
                boolean bodiless = status == 204 || status == 304;
                byte[] body = bodiless ? new byte[0] : answer.body(headers);
                return new OutboundClient.Answer(status, new String(body, StandardCharsets.UTF_8));
            }
        }
        throw new IOException("only interim answers");
    }

    private int status() throws IOException {
        String line = line();
        if (!line.matches("HTTP/1\\.[01] [1-5][0-9]{2}( .*)?")) {
            throw new IOException("not an answer of HTTP/1.1");
        }
        return Integer.parseInt(line.substring(9, 12));
    }

    private Map<String, String> headers() throws IOException {
        Map<String, String> headers = new HashMap<>();
        for (int i = 0; i < MAX_LINES; i++) {
            String line = line();
            if (line.isEmpty()) {
                return headers;
            }
            int colon = line.indexOf(':');
            if (colon < 1) {
                throw new IOException("a header line without a colon");
            }
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        throw new IOException("more than " + MAX_LINES + " header lines");
    }

    private byte[] body(Map<String, String> headers) throws IOException {
        String coding = headers.getOrDefault("transfer-encoding", "");
        if (coding.equalsIgnoreCase("chunked")) {
            return chunks();
        }
        if (!coding.isEmpty()) {
            throw new IOException("transfer coding " + coding);
        }
        String length = headers.get("content-length");
        if (length == null) {
            return upToMax(in.readNBytes(MAX_BODY_BYTES + 1));
        }
        return exactly(number(length, 10));
    }

    private byte[] chunks() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            int size = number(line().split(";", 2)[0].strip(), 16);
            if (size == 0) {
                Map<String, String> unused = headers();
                return body.toByteArray();
            }
            body.write(exactly(size));
            if (body.size() > MAX_BODY_BYTES) {
                throw tooLarge();
            }
            if (!line().isEmpty()) {
                throw new IOException("a chunk that does not end where it says");
            }
        }
    }

    private byte[] exactly(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("the answer ended early");
        }
        return bytes;
    }

    private static int number(String text, int radix) throws IOException {
        if (!text.matches("[0-9A-Fa-f]{1,7}")) {
            throw new IOException("not a length: it has " + text.length() + " characters");
        }
        int number;
        try {
            number = Integer.parseInt(text, radix);
        } catch (NumberFormatException e) {
            throw new IOException("not a length", e);
        }
        if (number > MAX_BODY_BYTES) {
            throw tooLarge();
        }
        return number;
    }

    private static byte[] upToMax(byte[] bytes) throws IOException {
        if (bytes.length > MAX_BODY_BYTES) {
            throw tooLarge();
        }
        return bytes;
    }

    private static IOException tooLarge() {
        return new IOException("the answer is larger than " + MAX_BODY_BYTES + " bytes");
    }

    /** Reads up to the end of the line, byte by byte: header lines are few, and the body begins right behind them. */
    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("the answer ended early");
            }
            if (line.size() >= MAX_LINE_BYTES) {
                throw new IOException("a line of more than " + MAX_LINE_BYTES + " bytes");
            }
            line.write(b);
        }
        String text = line.toString(StandardCharsets.ISO_8859_1);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }
}
