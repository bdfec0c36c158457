package dev.weir.standalone.process;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.net.UnknownHostException;

/**
 * Looks whether ports are free before anything is started on them, so that a port that is taken is told in one line. Somebody
 * may still take it in between; that start then fails by itself.
 */
public final class Ports {

    private Ports() {}

    /** Returns a TCP port of {@code host} that is free: {@code preferred} if it is and is not 0, else any. */
    public static int freeTcp(String host, int preferred) throws StartFailure {
        if (preferred != 0) {
            try {
                return bindTcp(host, preferred);
            } catch (IOException e) {
                // Taken since: any other will do.
            }
        }
        try {
            return bindTcp(host, 0);
        } catch (IOException e) {
            throw new StartFailure("no free TCP port on " + host + ": " + e.getMessage(), e);
        }
    }

    /**
     * Checks that the TCP port can be bound.
     *
     * @param flag the flag that chooses another one
     * @throws StartFailure if it is taken, forbidden, or the address is not of this machine
     */
    public static void requireTcp(String host, int port, String flag) throws StartFailure {
        try {
            bindTcp(host, port);
        } catch (IOException e) {
            throw refused("TCP", host, port, flag, e);
        }
    }

    /** Checks that the UDP port can be bound; see {@link #requireTcp}. */
    public static void requireUdp(String host, int port, String flag) throws StartFailure {
        try (DatagramSocket socket = new DatagramSocket(null)) {
            socket.bind(new InetSocketAddress(InetAddress.getByName(host), port));
        } catch (SocketException | UnknownHostException e) {
            throw refused("UDP", host, port, flag, e);
        }
    }

    private static StartFailure refused(String protocol, String host, int port, String flag, IOException e) {
        String why = e instanceof UnknownHostException ? "no such host" : String.valueOf(e.getMessage());
        String what = why.contains("in use") ? "is taken by another program" : "cannot be used (" + why + ")";
        return new StartFailure(
                protocol + " " + host + ":" + port + " " + what + ": free it or choose another with " + flag, e);
    }

    private static int bindTcp(String host, int port) throws IOException {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByName(host), port));
            return socket.getLocalPort();
        }
    }
}
