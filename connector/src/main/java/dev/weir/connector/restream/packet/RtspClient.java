package dev.weir.connector.restream.packet;

import dev.weir.connector.restream.CheckedSockets;
import dev.weir.connector.restream.TargetUrl;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The control connection of RTSP 1.0 (RFC 2326): requests, answers, interleaved packets. Requests have one user. */
final class RtspClient implements AutoCloseable {
    private static final int ANSWER_MILLIS = 10_000;
    private static final int MAX_HEADERS = 100;
    private static final int MAX_LINE = 8_192;
    private static final int MAX_BODY = 1 << 20;
    private static final int DOLLAR = 0x24;

    /**
     * An answer.
     *
     * @param headers by lower-case name
     */
    record Answer(int status, String reason, Map<String, String> headers) {
        String header(String name) {
            return headers.getOrDefault(name, "");
        }
    }

    private final TargetUrl url;
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private Optional<RtspCredentials> credentials = Optional.empty();
    private String session = "";
    private int sequence;
    private volatile Optional<String> end = Optional.empty();

    private RtspClient(TargetUrl url, Socket socket) throws IOException {
        this.url = url;
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream());
        this.out = new BufferedOutputStream(socket.getOutputStream(), 1 << 16);
    }

    static RtspClient open(TargetUrl url, CheckedSockets sockets) throws IOException {
        boolean tls = url.scheme() == TargetUrl.Scheme.RTSPS;
        return new RtspClient(url, sockets.open(url.host(), url.port(), tls, ANSWER_MILLIS));
    }

    /** Returns the URL of the resource, without credentials. */
    String resource() {
        return url.scheme().text() + "://" + url.hostInUrl() + ":" + url.port() + "/" + url.path();
    }

    InetAddress peer() {
        return socket.getInetAddress();
    }

    InetAddress local() {
        return socket.getLocalAddress();
    }

    /**
     * Sends a request and waits for its answer; answers a challenge once.
     *
     * @throws IOException when the server refuses, or does not answer
     */
    Answer request(String method, String uri, Map<String, String> headers, String body) throws IOException {
        try {
            Answer answer = exchange(method, uri, headers, body);
            if (answer.status() == 401 && credentials.isEmpty() && !url.user().isEmpty()) {
                credentials = RtspCredentials.of(url.user(), answer.header("www-authenticate"));
                answer = exchange(method, uri, headers, body);
            }
            if (answer.status() == 401) {
                throw new IOException("the RTSP server wants other credentials (401)");
            }
            if (answer.status() / 100 != 2) {
                throw new IOException(
                        "the RTSP server refuses " + method + ": " + answer.status() + " " + answer.reason());
            }
            String id = answer.header("session");
            session = id.isEmpty() ? session : id.split(";", 2)[0].trim();
            return answer;
        } catch (SocketTimeoutException silent) {
            throw new IOException("the RTSP server does not answer", silent);
        } catch (EOFException closed) {
            throw new IOException("the RTSP server closed the connection", closed);
        }
    }

    private Answer exchange(String method, String uri, Map<String, String> headers, String body) throws IOException {
        send(method, uri, headers, body);
        return readAnswer();
    }

    private synchronized void send(String method, String uri, Map<String, String> headers, String body)
            throws IOException {
        byte[] content = body.getBytes(StandardCharsets.UTF_8);
        StringBuilder text = new StringBuilder()
                .append(method)
                .append(' ')
                .append(uri)
                .append(" RTSP/1.0\r\nCSeq: ")
                .append(++sequence)
                .append("\r\nUser-Agent: Weir\r\n");
        headers.forEach(
                (name, value) -> text.append(name).append(": ").append(value).append("\r\n"));
        if (!session.isEmpty()) {
            text.append("Session: ").append(session).append("\r\n");
        }
        credentials.ifPresent(known ->
                text.append("Authorization: ").append(known.header(method, uri)).append("\r\n"));
        if (content.length > 0) {
            text.append("Content-Length: ").append(content.length).append("\r\n");
        }
        out.write(text.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
        out.write(content);
        out.flush();
    }

    private Answer readAnswer() throws IOException {
        while (true) {
            int first = in.read();
            if (first < 0) {
                throw new EOFException();
            }
            if (first == DOLLAR) {
                skipPacket();
            } else {
                Optional<Answer> answer = readMessage((char) first + readLine());
                if (answer.isPresent()) {
                    return answer.get();
                }
            }
        }
    }

    private void skipPacket() throws IOException {
        byte[] head = in.readNBytes(3);
        if (head.length < 3) {
            throw new EOFException();
        }
        in.skipNBytes((head[1] & 0xFF) << 8 | (head[2] & 0xFF));
    }

    /** Reads the rest of an answer; empty for a request of the server's. */
    private Optional<Answer> readMessage(String startLine) throws IOException {
        Map<String, String> headers = new LinkedHashMap<>();
        for (String line = readLine(); !line.isEmpty(); line = readLine()) {
            int colon = line.indexOf(':');
            if (colon > 0 && headers.size() < MAX_HEADERS) {
                headers.putIfAbsent(
                        line.substring(0, colon).trim().toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).trim());
            }
        }
        int length = number(headers.getOrDefault("content-length", "0"));
        if (length > MAX_BODY) {
            throw new IOException("the RTSP server sent " + length + " bytes");
        }
        in.skipNBytes(length);
        if (!startLine.startsWith("RTSP/")) {
            return Optional.empty();
        }
        String[] parts = startLine.split(" ", 3);
        return Optional.of(
                new Answer(parts.length > 1 ? number(parts[1]) : 0, parts.length > 2 ? parts[2] : "", headers));
    }

    private static int number(String text) {
        return text.matches("\\d{1,8}") ? Integer.parseInt(text) : 0;
    }

    private String readLine() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException();
            }
            if (line.length() >= MAX_LINE) {
                throw new IOException("that is no RTSP server");
            }
            line.append((char) c);
        }
        return line.toString().strip();
    }

    /** From here on the server's messages are read on a thread of their own, and only looked at for the end. */
    void listen() throws IOException {
        socket.setSoTimeout(0);
        Thread listener = new Thread(
                () -> {
                    try {
                        while (true) {
                            Answer answer = readAnswer();
                            if (answer.status() / 100 != 2) {
                                end = Optional.of("the RTSP server says " + answer.status() + " " + answer.reason());
                            }
                        }
                    } catch (EOFException closed) {
                        end = Optional.of("the RTSP server closed the connection");
                    } catch (IOException failure) {
                        end = Optional.of("the connection to the RTSP server broke");
                    }
                },
                "weir-rtsp-" + socket.getLocalPort());
        listener.setDaemon(true);
        listener.start();
    }

    /** Sends a request whose answer nobody waits for: a keep-alive, a goodbye. */
    void tell(String method) throws IOException {
        send(method, resource(), Map.of(), "");
    }

    /** Sends a packet on an interleaved channel (section 10.12). */
    synchronized void interleaved(int channel, ByteBuffer packet) throws IOException {
        out.write(DOLLAR);
        out.write(channel);
        out.write(packet.remaining() >> 8);
        out.write(packet.remaining());
        out.write(packet.array(), packet.arrayOffset() + packet.position(), packet.remaining());
    }

    synchronized void flush() throws IOException {
        out.flush();
    }

    /** Throws when the server has ended the connection. */
    void check() throws IOException {
        if (end.isPresent()) {
            throw new IOException(end.get());
        }
    }

    void abort() {
        try {
            socket.close();
        } catch (IOException harmless) {
            end = Optional.of("the connection is closed");
        }
    }

    @Override
    public void close() {
        abort();
    }
}
