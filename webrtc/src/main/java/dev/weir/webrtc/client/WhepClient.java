package dev.weir.webrtc.client;

import dev.weir.webrtc.net.EventLoop;
import dev.weir.webrtc.sdp.ClientMedia;
import dev.weir.webrtc.sdp.ClientOffer;
import dev.weir.webrtc.sdp.CodecFormat;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Views a stream by WHEP (draft-ietf-wish-whep): every packet goes to a listener. Lost packets are asked for once, when the
 * gap shows. From any thread, unless said otherwise.
 */
public final class WhepClient implements AutoCloseable {
    private final ClientConnection connection;
    private final Viewer viewer;

    private WhepClient(ClientConnection connection, Viewer viewer) {
        this.connection = connection;
        this.viewer = viewer;
    }

    /**
     * POSTs an offer that asks for {@code tracks} and starts to connect; waits for the HTTP answer only.
     *
     * @throws ClientException when the server refuses, cannot be reached or answers nonsense
     */
    public static WhepClient view(
            URI endpoint, List<ClientTrack> tracks, EventLoop loop, WhepListener listener, ClientConfig config)
            throws ClientException, InterruptedException {
        List<ClientMedia> media = new ArrayList<>();
        for (ClientTrack track : tracks) {
            media.add(new ClientMedia(
                    track.kind().name().toLowerCase(Locale.ROOT), track.formats(), 0, 1, track.firstPayloadType()));
        }
        int ownSsrc = new SecureRandom().nextInt(1, Integer.MAX_VALUE);
        Viewer viewer = new Viewer(loop, listener, ownSsrc, System.nanoTime());
        ClientConnection connection = ClientConnection.open(
                endpoint,
                local -> {
                    viewer.setCname(local.cname());
                    return ClientOffer.view(media, local);
                },
                viewer::negotiated,
                loop,
                config);
        return new WhepClient(connection, viewer);
    }

    /**
     * Waits until media can flow.
     *
     * @throws ClientException when the session closed instead, or not within {@code timeout}
     */
    public void awaitConnected(Duration timeout) throws ClientException, InterruptedException {
        connection.awaitConnected(timeout);
    }

    /** Tells whether media can flow. */
    public boolean isConnected() {
        return connection.isConnected();
    }

    /**
     * Restarts ICE, for example after a change of network; media flows on meanwhile. Waits for the HTTP answer only.
     *
     * @throws ClientException when the server refuses, which leaves the session as it is
     */
    public void restartIce() throws ClientException, InterruptedException {
        connection.restartIce();
    }

    /** Returns the URL of the session on the server. */
    public URI location() {
        return connection.location();
    }

    /** Returns the codec that the server answered for a track; empty when it rejected the track. */
    public Optional<CodecFormat> format(int track) {
        return connection.media().get(track).payloadTypes().values().stream().findFirst();
    }

    /** Returns the name of the negotiated SRTP profile; empty before the connection stands. */
    public Optional<String> srtpProfile() {
        return connection.transport().srtpProfile().map(Enum::name);
    }

    /** Asks the server for a key frame of the track (PLI). */
    public void requestKeyframe(int track) {
        connection.loop().execute(() -> viewer.requestKeyframe(track));
    }

    /** Returns the counters so far. */
    public WhepStats stats() {
        return viewer.stats();
    }

    /** Sends DTLS close_notify, DELETEs the session and waits for the answer. Idempotent. */
    @Override
    public void close() {
        connection.close(() -> {});
    }

    /** Vanishes without a word to the server, as a client does that lost its network: for tests. */
    public void vanish() {
        connection.vanish();
    }
}
