package dev.weir.connector.restream.rtmp;

import dev.weir.connector.restream.CheckedSockets;
import dev.weir.connector.restream.TargetUrl;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection that publishes one stream: handshake, {@code connect}, {@code createStream}, {@code publish} (section 7). What
 * the server says later is read on a thread of its own. Writes have one user.
 */
final class RtmpSession implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RtmpSession.class);
    private static final int ANSWER_MILLIS = 10_000;
    private static final int HANDSHAKE = 1_536;
    private static final int VERSION = 3;
    private static final int PING = 6;
    private static final int PONG = 7;

    private final Socket socket;
    private final TargetUrl url;
    private final ChunkWriter writer;
    private final ChunkReader reader;
    private final OutputStream out;
    private int streamId;
    private long windowBytes = Long.MAX_VALUE;
    private long acknowledged;
    private volatile Optional<String> end = Optional.empty();

    private RtmpSession(Socket socket, TargetUrl url) throws IOException {
        this.socket = socket;
        this.url = url;
        this.out = socket.getOutputStream();
        this.writer = new ChunkWriter(out);
        this.reader = new ChunkReader(new BufferedInputStream(socket.getInputStream()));
    }

    /** Connects and publishes; throws with what the server said when it refuses. */
    static RtmpSession publish(TargetUrl url, CheckedSockets sockets) throws IOException {
        boolean tls = url.scheme() == TargetUrl.Scheme.RTMPS;
        Socket socket = sockets.open(url.host(), url.port(), tls, ANSWER_MILLIS);
        try {
            RtmpSession session = new RtmpSession(socket, url);
            session.shakeHands();
            session.negotiate();
            socket.setSoTimeout(0);
            Thread listener = new Thread(session::listen, "weir-rtmp-" + socket.getLocalPort());
            listener.setDaemon(true);
            listener.start();
            return session;
        } catch (SocketTimeoutException silent) {
            socket.close();
            throw new IOException("the RTMP server does not answer", silent);
        } catch (EOFException refused) {
            socket.close();
            throw new IOException(
                    "the RTMP server closed the connection instead of taking the stream: is the key right?", refused);
        } catch (IOException failure) {
            socket.close();
            throw failure;
        }
    }

    /** Section 5.2, the simple form. */
    private void shakeHands() throws IOException {
        byte[] hello = new byte[1 + HANDSHAKE];
        new SecureRandom().nextBytes(hello);
        hello[0] = VERSION;
        ByteBuffer.wrap(hello).putLong(1, 0);
        out.write(hello);
        out.flush();
        DataInputStream in = new DataInputStream(socket.getInputStream());
        if (in.readUnsignedByte() != VERSION) {
            throw new IOException("that is no RTMP server");
        }
        byte[] theirs = new byte[HANDSHAKE];
        in.readFully(theirs);
        out.write(theirs);
        out.flush();
        in.readFully(new byte[HANDSHAKE]);
    }

    private void negotiate() throws IOException {
        int slash = url.path().lastIndexOf('/');
        String application = url.path().substring(0, slash);
        String key = url.path().substring(slash + 1) + (url.rawQuery().isEmpty() ? "" : "?" + url.rawQuery());
        writer.enlargeChunks();
        Map<String, Object> about = new LinkedHashMap<>();
        about.put("app", application);
        about.put("type", "nonprivate");
        about.put("flashVer", "FMLE/3.0 (compatible; Weir)");
        about.put(
                "tcUrl",
                (url.scheme() == TargetUrl.Scheme.RTMPS ? "rtmps" : "rtmp") + "://" + url.hostInUrl() + ":" + url.port()
                        + "/" + application);
        about.put("fourCcList", List.of("av01", "hvc1", "vp09", "vp08", "Opus"));
        command(0, "connect", 1, about);
        awaitResult(1);
        command(0, "releaseStream", 2, Amf0.NOTHING, key);
        command(0, "FCPublish", 3, Amf0.NOTHING, key);
        command(0, "createStream", 4, Amf0.NOTHING);
        List<Object> created = awaitResult(4);
        streamId = created.size() > 3 && created.get(3) instanceof Double id ? id.intValue() : 1;
        command(streamId, "publish", 5, Amf0.NOTHING, key, "live");
        awaitPublished();
    }

    private void command(int stream, Object... values) throws IOException {
        writer.write(new RtmpMessage(RtmpMessage.COMMAND, stream, 0, Amf0.encode(values)));
    }

    private List<Object> awaitResult(int transaction) throws IOException {
        while (true) {
            List<Object> answer = awaitCommand();
            boolean ours = answer.size() > 1 && answer.get(1) instanceof Double id && id.intValue() == transaction;
            if (ours && "_result".equals(answer.get(0))) {
                return answer;
            }
            if (ours && "_error".equals(answer.get(0))) {
                throw new IOException("the RTMP server refuses: " + describe(answer));
            }
            refuseOnError(answer);
        }
    }

    private void awaitPublished() throws IOException {
        while (true) {
            List<Object> answer = awaitCommand();
            refuseOnError(answer);
            if ("onStatus".equals(answer.get(0)) && describe(answer).contains("NetStream.Publish.Start")) {
                return;
            }
        }
    }

    private static void refuseOnError(List<Object> answer) throws IOException {
        boolean error =
                answer.size() > 3 && answer.get(3) instanceof Map<?, ?> status && "error".equals(status.get("level"));
        if (error) {
            throw new IOException("the RTMP server refuses the stream: " + describe(answer));
        }
    }

    private static String describe(List<Object> answer) {
        if (answer.size() > 3 && answer.get(3) instanceof Map<?, ?> status) {
            Object description = status.get("description");
            return status.get("code") + (description == null ? "" : " (" + description + ")");
        }
        return "no reason given";
    }

    private List<Object> awaitCommand() throws IOException {
        while (true) {
            RtmpMessage message = reader.next();
            answer(message);
            if (message.type() == RtmpMessage.COMMAND) {
                List<Object> values = Amf0.decode(message.payload());
                if (!values.isEmpty()) {
                    return values;
                }
            }
        }
    }

    /** Does what the protocol wants: pongs, acknowledgements. */
    private void answer(RtmpMessage message) throws IOException {
        ByteBuffer payload = message.payload();
        if (message.type() == RtmpMessage.WINDOW_SIZE && payload.remaining() >= Integer.BYTES) {
            windowBytes = Math.max(1, payload.getInt(0));
        } else if (message.type() == RtmpMessage.USER_CONTROL
                && payload.remaining() >= 6
                && payload.getShort(0) == PING) {
            ByteBuffer pong = ByteBuffer.allocate(6)
                    .putShort((short) PONG)
                    .putInt(payload.getInt(2))
                    .flip();
            writer.write(new RtmpMessage(RtmpMessage.USER_CONTROL, 0, 0, pong));
        }
        if (reader.received() - acknowledged >= windowBytes) {
            acknowledged = reader.received();
            ByteBuffer count = ByteBuffer.allocate(Integer.BYTES)
                    .putInt((int) acknowledged)
                    .flip();
            writer.write(new RtmpMessage(RtmpMessage.ACKNOWLEDGEMENT, 0, 0, count));
        }
    }

    private void listen() {
        try {
            while (true) {
                List<Object> command = awaitCommand();
                refuseOnError(command);
                LOG.debug("target={} says {}", url, command.get(0));
            }
        } catch (EOFException closed) {
            end = Optional.of("the RTMP server closed the connection");
        } catch (IOException failure) {
            end = Optional.of(String.valueOf(failure.getMessage()));
        }
    }

    /** Throws when the server has ended the connection. */
    void check() throws IOException {
        if (end.isPresent()) {
            throw new IOException(end.get());
        }
    }

    /** Sends a message of the published stream. */
    void send(int type, long timestampMillis, ByteBuffer payload) throws IOException {
        try {
            writer.write(new RtmpMessage(type, streamId, timestampMillis, payload));
        } catch (IOException broken) {
            throw new IOException(end.orElse("the connection to the RTMP server broke"), broken);
        }
    }

    /** Breaks the connection, and with it what blocks. From any thread. */
    void abort() {
        try {
            socket.close();
        } catch (IOException harmless) {
            LOG.trace("closing a socket", harmless);
        }
    }

    /** Says that the stream ends, and closes. */
    @Override
    public void close() {
        try {
            if (end.isEmpty() && !socket.isClosed()) {
                command(0, "deleteStream", 6, Amf0.NOTHING, streamId);
            }
        } catch (IOException alreadyGone) {
            LOG.trace("saying goodbye", alreadyGone);
        } finally {
            abort();
        }
    }
}
