package dev.weir.gateway.security;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;

/** Speaks HTTP byte by byte, as no proper client would. */
final class RawHttp {
    private static final int TIMEOUT_MILLIS = 20_000;

    private RawHttp() {}

    /** Sends {@code request} and returns all that comes until the gateway closes; a reset ends it too. */
    static String exchange(InetSocketAddress address, String request) throws IOException {
        StringBuilder answer = new StringBuilder();
        try (Socket socket = new Socket()) {
            socket.connect(address, TIMEOUT_MILLIS);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.shutdownOutput();
            byte[] buffer = new byte[8192];
            int length = socket.getInputStream().read(buffer);
            while (length > 0) {
                answer.append(new String(buffer, 0, length, StandardCharsets.ISO_8859_1));
                length = socket.getInputStream().read(buffer);
            }
        } catch (SocketException e) {
            answer.append("\n(reset)");
        }
        return answer.toString();
    }
}
