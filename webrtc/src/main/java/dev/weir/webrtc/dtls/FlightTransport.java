package dev.weir.webrtc.dtls;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Arrays;
import java.util.function.Consumer;
import org.bouncycastle.tls.DatagramTransport;
import org.jspecify.annotations.Nullable;

/**
 * Stands between BouncyCastle and the datagrams. Packs a whole flight, which BouncyCastle writes message by message, into
 * as few datagrams as fit, so that under loss a handshake needs few of them to arrive.
 *
 * <p>During the handshake {@link #receive} waits at the inbox; afterwards ({@link #onLoop}) it gives the one datagram of
 * {@link #offer}, then leaves BouncyCastle's receive loop by an exception, because that loop would spin otherwise.
 */
final class FlightTransport implements DatagramTransport {
    /** Fits every path that carries WebRTC (RFC 8831 section 5 says 1,200 for unknown paths). */
    static final int SEND_LIMIT = 1_200;

    static final int RECEIVE_LIMIT = 2_048;

    private static final byte[] NOTHING = {};

    private final DatagramInbox inbox;
    /** Held only while a flight is written: there is hardly anything to send after the handshake. */
    private byte @Nullable [] flight;

    private int flightLength;
    private Consumer<byte[]> out;
    private boolean onLoop;
    private byte @Nullable [] offered;

    FlightTransport(DatagramInbox inbox, Consumer<byte[]> out) {
        this.inbox = inbox;
        this.out = out;
    }

    /** Moves the transport from the handshake's thread to the loop, which calls this. */
    void onLoop(Consumer<byte[]> loopOut) {
        onLoop = true;
        out = loopOut;
    }

    /** Sets the datagram that the next {@link #receive} gives. */
    void offer(byte[] datagram) {
        offered = datagram;
    }

    void flush() {
        byte[] datagram = take();
        if (datagram.length > 0) {
            out.accept(datagram);
        }
    }

    /** Returns what waits to be sent, to be sent by the caller; empty when nothing does. */
    byte[] take() {
        byte[] written = flight;
        byte[] datagram = written == null ? NOTHING : Arrays.copyOf(written, flightLength);
        flight = null;
        flightLength = 0;
        return datagram;
    }

    @Override
    public int getReceiveLimit() {
        return RECEIVE_LIMIT;
    }

    @Override
    public int getSendLimit() {
        return SEND_LIMIT;
    }

    @Override
    public void send(byte[] buffer, int offset, int length) {
        if (flightLength + length > SEND_LIMIT) {
            flush();
        }
        byte[] target = flight;
        if (target == null) {
            target = new byte[SEND_LIMIT];
            flight = target;
        }
        System.arraycopy(buffer, offset, target, flightLength, length);
        flightLength += length;
    }

    @Override
    public int receive(byte[] buffer, int offset, int length, int waitMillis) throws IOException {
        flush();
        byte[] datagram = onLoop ? takeOffered() : inbox.take(waitMillis);
        if (datagram == null || datagram.length > length) {
            return -1;
        }
        System.arraycopy(datagram, 0, buffer, offset, datagram.length);
        return datagram.length;
    }

    private byte[] takeOffered() throws NothingOffered {
        byte[] datagram = offered;
        if (datagram == null) {
            throw new NothingOffered();
        }
        offered = null;
        return datagram;
    }

    @Override
    public void close() {
        flush();
    }

    /** Leaves BouncyCastle's receive loop without failing the connection: it lets this type pass. */
    static final class NothingOffered extends InterruptedIOException {
        private static final long serialVersionUID = 1L;

        @Override
        public Throwable fillInStackTrace() {
            return this;
        }
    }
}
