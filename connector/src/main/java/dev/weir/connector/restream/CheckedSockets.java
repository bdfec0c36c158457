package dev.weir.connector.restream;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * Opens TCP connections to addresses that an {@link AddressGuard} has checked, with TLS on top where wanted. Certificates and
 * host names are always verified, against the JVM's authorities or those of a file. Immutable.
 */
public final class CheckedSockets {
    private static final int CONNECT_MILLIS = 10_000;
    /** Small, so that a slow receiver is noticed by what cannot be written instead of by what the kernel hides. */
    private static final int SEND_BUFFER = 256 * 1024;

    private final AddressGuard guard;
    private final Optional<Path> authorities;

    /**
     * Creates an opener.
     *
     * @param authorities PEM file of the certificates to trust instead of the JVM's
     */
    public CheckedSockets(AddressGuard guard, Optional<Path> authorities) {
        this.guard = guard;
        this.authorities = authorities;
    }

    /** Returns the guard. */
    public AddressGuard guard() {
        return guard;
    }

    /**
     * Connects.
     *
     * @param readMillis how long a read may wait, 0 = for ever
     */
    public Socket open(String host, int port, boolean tls, int readMillis) throws IOException {
        InetAddress address = guard.resolve(host);
        Socket socket = new Socket();
        try {
            socket.setSendBufferSize(SEND_BUFFER);
            socket.setTcpNoDelay(true);
            socket.connect(new InetSocketAddress(address, port), CONNECT_MILLIS);
            socket.setSoTimeout(tls && readMillis == 0 ? CONNECT_MILLIS : readMillis);
            if (!tls) {
                return socket;
            }
            SSLSocket secured = (SSLSocket) context().getSocketFactory().createSocket(socket, host, port, true);
            SSLParameters parameters = secured.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            secured.setSSLParameters(parameters);
            secured.startHandshake();
            secured.setSoTimeout(readMillis);
            return secured;
        } catch (SSLException refused) {
            socket.close();
            throw new IOException("TLS with " + host + " failed: " + refused.getMessage(), refused);
        } catch (ConnectException refused) {
            socket.close();
            throw new IOException(host + ":" + port + " takes no connection (" + refused.getMessage() + ")", refused);
        } catch (SocketTimeoutException silent) {
            socket.close();
            throw new IOException(host + ":" + port + " does not answer", silent);
        } catch (IOException failure) {
            socket.close();
            throw failure;
        }
    }

    /** Returns the TLS context. */
    public SSLContext context() throws IOException {
        try {
            if (authorities.isEmpty()) {
                return SSLContext.getDefault();
            }
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            try (InputStream in = Files.newInputStream(authorities.get())) {
                for (Certificate certificate :
                        CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                    store.setCertificateEntry("authority-" + store.size(), certificate);
                }
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException unusable) {
            throw new IOException("cannot use the certificate authorities: " + unusable.getMessage(), unusable);
        }
    }
}
