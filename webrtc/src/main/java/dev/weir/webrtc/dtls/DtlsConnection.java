package dev.weir.webrtc.dtls;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.bouncycastle.tls.DTLSClientProtocol;
import org.bouncycastle.tls.DTLSServerProtocol;
import org.bouncycastle.tls.DTLSTransport;
import org.bouncycastle.tls.TlsTimeoutException;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;
import org.jspecify.annotations.Nullable;

/**
 * Runs one DTLS-SRTP association. Datagrams go in by {@link #handle} and out by {@link DtlsListener#send}, on one loop;
 * only the handshake itself blocks a thread of {@link HandshakeExecutor} and hands its results back to the loop.
 *
 * <p>Records keep being read after the handshake: a lost final flight is repeated so (RFC 6347 section 4.2.4), and
 * close_notify arrives so.
 */
public final class DtlsConnection {
    /** Datagrams beyond this are not DTLS of any WebRTC stack. */
    private static final int MAX_DATAGRAM = FlightTransport.RECEIVE_LIMIT;

    private enum Phase {
        IDLE,
        HANDSHAKING,
        ESTABLISHED,
        CLOSED
    }

    private final DtlsConfig config;
    private final HandshakeExecutor executor;
    private final Executor loop;
    private final DtlsListener listener;
    private final DatagramInbox inbox;
    private final FlightTransport flights;
    private final SrtpHandshake handshake;

    // On the loop only.
    private Phase phase = Phase.IDLE;
    private @Nullable DTLSTransport established;

    public DtlsConnection(DtlsConfig config, HandshakeExecutor executor, Executor loop, DtlsListener listener) {
        this.config = config;
        this.executor = executor;
        this.loop = loop;
        this.listener = listener;
        this.inbox = executor.newInbox();
        this.flights = new FlightTransport(inbox, datagram -> loop.execute(() -> sendFlight(datagram)));
        this.handshake = new SrtpHandshake(config);
    }

    /** Starts the handshake as client. A server starts by itself when the first datagram arrives. */
    public void start() {
        if (phase == Phase.IDLE && config.role() == DtlsRole.CLIENT) {
            begin();
        }
    }

    /** Takes a datagram from the validated pair; borrowed until return. */
    public void handle(ByteBuffer datagram) {
        if (phase == Phase.CLOSED || datagram.remaining() > MAX_DATAGRAM) {
            return;
        }
        byte[] received = new byte[datagram.remaining()];
        datagram.get(datagram.position(), received);
        byte[] bytes = DtlsRecords.wellFormed(received);
        if (bytes.length == 0) {
            return;
        }
        DTLSTransport transport = established;
        if (transport != null) {
            feed(transport, bytes);
            return;
        }
        if (phase == Phase.IDLE) {
            begin();
        }
        inbox.put(bytes);
    }

    /** Sends close_notify when there is an association; nothing follows but that. Idempotent. */
    public void close() {
        if (phase == Phase.CLOSED) {
            return;
        }
        inbox.close();
        DTLSTransport transport = established;
        if (transport != null) {
            try {
                transport.close();
            } catch (IOException e) {
                // close_notify is a courtesy; the association ends all the same
                flights.flush();
            }
        }
        phase = Phase.CLOSED;
        established = null;
    }

    private void begin() {
        phase = Phase.HANDSHAKING;
        try {
            executor.execute(this::runHandshake);
        } catch (RejectedExecutionException e) {
            fail(new DtlsFailure(DtlsFailure.Kind.HANDSHAKE, "too many handshakes at a time"));
        }
    }

    /** On a thread of the executor. */
    private void runHandshake() {
        try {
            BcTlsCrypto crypto = new DiscardingCrypto();
            DTLSTransport transport = switch (config.role()) {
                case CLIENT -> new DTLSClientProtocol().connect(new SrtpTlsClient(crypto, handshake), flights);
                case SERVER -> new DTLSServerProtocol().accept(new SrtpTlsServer(crypto, handshake), flights);
            };
            byte[] lastFlight = flights.take();
            // In one task: a peer that has our last flight must find us ready for its packets.
            loop.execute(() -> {
                if (lastFlight.length > 0) {
                    sendFlight(lastFlight);
                }
                establish(transport);
            });
        } catch (IOException | RuntimeException e) {
            flights.flush();
            DtlsFailure failure = classify(e);
            loop.execute(() -> fail(failure));
        }
    }

    private DtlsFailure classify(Exception e) {
        if (e instanceof TlsTimeoutException) {
            return new DtlsFailure(DtlsFailure.Kind.HANDSHAKE, "timed out");
        }
        DtlsFailure known = handshake.failure();
        return known != null ? known : new DtlsFailure(DtlsFailure.Kind.HANDSHAKE, String.valueOf(e.getMessage()));
    }

    private void sendFlight(byte[] datagram) {
        if (phase != Phase.CLOSED) {
            listener.send(ByteBuffer.wrap(datagram));
        }
    }

    private void establish(DTLSTransport transport) {
        if (phase != Phase.HANDSHAKING) {
            return;
        }
        DtlsKeys keys = handshake.keys();
        if (keys == null) {
            fail(new DtlsFailure(DtlsFailure.Kind.HANDSHAKE, "no keys"));
            return;
        }
        flights.onLoop(this::sendFlight);
        phase = Phase.ESTABLISHED;
        established = transport;
        listener.onKeys(keys);
        byte[] waiting = inbox.poll();
        while (waiting != null && phase == Phase.ESTABLISHED) {
            feed(transport, waiting);
            waiting = inbox.poll();
        }
    }

    private void fail(DtlsFailure failure) {
        if (phase == Phase.CLOSED) {
            return;
        }
        phase = Phase.CLOSED;
        established = null;
        inbox.close();
        if (handshake.closeNotifyReceived()) {
            listener.onPeerClosed();
        } else {
            listener.onFailure(failure);
        }
    }

    private void feed(DTLSTransport transport, byte[] datagram) {
        flights.offer(datagram);
        byte[] ignored = new byte[MAX_DATAGRAM];
        try {
            // Ends by NothingOffered. Application data would be SCTP, which we do not negotiate.
            while (phase == Phase.ESTABLISHED) {
                int unused = transport.receive(ignored, 0, ignored.length, 1_000);
            }
        } catch (FlightTransport.NothingOffered e) {
            flights.flush();
        } catch (IOException e) {
            flights.flush();
            fail(classify(e));
            return;
        }
        if (handshake.closeNotifyReceived() && phase == Phase.ESTABLISHED) {
            phase = Phase.CLOSED;
            established = null;
            listener.onPeerClosed();
        }
    }
}
