package dev.weir.webrtc.client;

import dev.weir.webrtc.net.EventLoop;
import dev.weir.webrtc.sdp.ClientMedia;
import dev.weir.webrtc.sdp.ClientOffer;
import dev.weir.webrtc.sdp.CodecFormat;
import java.net.URI;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Publishes a stream by WHIP (RFC 9725): the caller gives RTP payloads, the client numbers, protects and sends them, tells
 * the clock relation by sender reports and answers NACKs by retransmission. From any thread, unless said otherwise.
 */
public final class WhipClient implements AutoCloseable {
    private final ClientConnection connection;
    private final Publisher publisher;

    private WhipClient(ClientConnection connection, Publisher publisher) {
        this.connection = connection;
        this.publisher = publisher;
    }

    /**
     * POSTs an offer of {@code tracks} and starts to connect; waits for the HTTP answer only.
     *
     * @throws ClientException when the server refuses, cannot be reached or answers nonsense
     */
    public static WhipClient publish(
            URI endpoint, List<ClientTrack> tracks, EventLoop loop, WhipListener listener, ClientConfig config)
            throws ClientException, InterruptedException {
        SecureRandom random = new SecureRandom();
        List<ClientMedia> media = new ArrayList<>();
        for (ClientTrack track : tracks) {
            media.add(new ClientMedia(
                    track.kind().name().toLowerCase(Locale.ROOT),
                    track.formats(),
                    random.nextInt(1, Integer.MAX_VALUE),
                    random.nextInt(1, Integer.MAX_VALUE),
                    track.firstPayloadType()));
        }
        Publisher publisher = new Publisher(media, loop, listener, random.nextInt(0x8000));
        ClientConnection connection = ClientConnection.open(
                endpoint,
                local -> {
                    publisher.setCname(local.cname());
                    return ClientOffer.publish(media, local);
                },
                publisher::negotiated,
                loop,
                config);
        return new WhipClient(connection, publisher);
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

    /** Tells whether the server took the track. */
    public boolean isAccepted(int track) {
        return !connection.media().get(track).rejected();
    }

    /** Returns the codec that the server took for an accepted track. */
    public CodecFormat format(int track) {
        return connection.media().get(track).payloadTypes().values().iterator().next();
    }

    /**
     * Sends one RTP payload, copied before the return; packets of a track must be given in order.
     *
     * @param track index in the list given to {@link #publish}
     * @param timestamp RTP timestamp in ticks of the codec's clock; its low 32 bits are sent
     * @return false when it was dropped: not connected, the track rejected, or the loop too far behind
     */
    public boolean send(int track, ByteBuffer rtpPayload, boolean marker, long timestamp) {
        return publisher.send(track, new SentPacket(copy(rtpPayload), marker, timestamp, -1));
    }

    /**
     * Sends one RTP payload with a sequence number of the caller's, who repeats a stream with its losses and its order:
     * see {@link #send(int, ByteBuffer, boolean, long)}.
     *
     * @param sequenceNumber its low 16 bits are sent
     */
    public boolean send(int track, ByteBuffer rtpPayload, boolean marker, long timestamp, long sequenceNumber) {
        int sequence = (int) (sequenceNumber & 0xFFFF);
        return publisher.send(track, new SentPacket(copy(rtpPayload), marker, timestamp, sequence));
    }

    /**
     * Sends a sender report (RFC 3550 section 6.4.1) that says how the track's media clock and the caller's clock relate. From
     * the first one on the client sends none of its own for this track.
     *
     * @param ntpTimestamp 64-bit NTP timestamp, raw bits
     * @param timestamp RTP timestamp of the same instant; its low 32 bits are sent
     */
    public void report(int track, long ntpTimestamp, long timestamp) {
        publisher.report(track, ntpTimestamp, timestamp & 0xFFFF_FFFFL);
    }

    private static byte[] copy(ByteBuffer payload) {
        byte[] bytes = new byte[payload.remaining()];
        payload.get(payload.position(), bytes);
        return bytes;
    }

    /** Returns the counters so far. */
    public WhipStats stats() {
        return publisher.stats();
    }

    /** Sends RTCP BYE and DTLS close_notify, DELETEs the session and waits for the answer. Idempotent. */
    @Override
    public void close() {
        connection.close(publisher::sayGoodbye);
    }

    /** Vanishes without a word to the server, as a client does that lost its network: for tests. */
    public void vanish() {
        connection.vanish();
    }
}
