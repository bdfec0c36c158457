package dev.weir.connector.restream.packet;

import dev.weir.connector.restream.CheckedHttp;
import dev.weir.connector.restream.CheckedSockets;
import dev.weir.connector.restream.MediaChangedException;
import dev.weir.connector.restream.TargetUrl;
import dev.weir.schemas.LogPacket;
import dev.weir.schemas.SenderReport;
import dev.weir.schemas.TrackInfo;
import dev.weir.webrtc.client.ClientConfig;
import dev.weir.webrtc.client.ClientException;
import dev.weir.webrtc.client.ClientTrack;
import dev.weir.webrtc.client.WhipClient;
import dev.weir.webrtc.client.WhipListener;
import dev.weir.webrtc.dtls.DtlsIdentity;
import dev.weir.webrtc.net.EventLoop;
import dev.weir.webrtc.net.EventLoopGroup;
import dev.weir.webrtc.net.NetConfig;
import dev.weir.webrtc.rtp.MediaKind;
import dev.weir.webrtc.sdp.CodecFormat;
import dev.weir.webrtc.srtp.SrtpProfile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Publishes to another server by WHIP (RFC 9725), the packets as they are; the client answers NACKs and numbers the packets transport-wide. The server gets one
 * codec per track, the publisher's.
 */
public final class WhipConnection extends PacketConnection {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final TargetUrl url;
    private final CheckedSockets sockets;
    private final String token;
    private final List<InetAddress> hostAddresses;
    private final WhipRequests requests;
    private final EventLoopGroup loops;
    private Optional<WhipClient> client = Optional.empty();
    private List<TrackInfo> published = List.of();
    private volatile Optional<String> end = Optional.empty();

    private WhipConnection(TargetUrl url, CheckedSockets sockets, String token, List<InetAddress> hostAddresses)
            throws IOException {
        this.hostAddresses = hostAddresses;
        this.url = url;
        this.sockets = sockets;
        this.token = token;
        this.requests = new WhipRequests(sockets, PATIENCE);
        this.loops =
                new EventLoopGroup(NetConfig.of(List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)))
                        .withLoops(1));
    }

    /** Prepares; the offer is made with the first batch, which names the tracks. {@code token} may be empty. */
    public static WhipConnection open(TargetUrl url, CheckedSockets sockets, String token) throws IOException {
        List<InetAddress> addresses = sockets.guard().resolveAll(url.host());
        WhipConnection connection = new WhipConnection(url, sockets, token, addresses);
        connection.loops.start();
        return connection;
    }

    @Override
    void configure(List<TrackInfo> latest) throws IOException, InterruptedException {
        if (client.isPresent()) {
            if (!isAlike(published, latest)) {
                throw new MediaChangedException("other codecs");
            }
            return;
        }
        published = latest;
        List<ClientTrack> tracks = new ArrayList<>();
        for (TrackInfo track : latest) {
            tracks.add(new ClientTrack(
                    track.kind().equals("video") ? MediaKind.VIDEO : MediaKind.AUDIO,
                    List.of(new CodecFormat(
                            track.encodingName(), track.clockRateHz(), Math.max(1, track.channels()), track.fmtp()))));
        }
        ClientConfig config = new ClientConfig(
                requests, DtlsIdentity.generate(), token, PATIENCE, List.of(SrtpProfile.values()), this::isPeer, true);
        try {
            WhipClient opened = WhipClient.publish(endpoint(), tracks, loop(), new End(), config);
            client = Optional.of(opened);
            opened.awaitConnected(PATIENCE);
        } catch (ClientException refused) {
            throw new IOException(describe(refused), refused);
        }
    }

    /** Media may go where requests may go: to the host itself, and to what the guard permits. */
    private boolean isPeer(InetAddress address) {
        return sockets.guard().permits(address) || hostAddresses.contains(address);
    }

    private EventLoop loop() {
        return loops.next();
    }

    private URI endpoint() {
        String scheme = url.scheme() == TargetUrl.Scheme.WHIP_HTTPS ? "https" : "http";
        String query = url.rawQuery().isEmpty() ? "" : "?" + url.rawQuery();
        return URI.create(scheme + "://" + url.hostInUrl() + ":" + url.port() + "/" + url.path() + query);
    }

    /** The client's own message repeats the URL, which may hold a key. */
    private static String describe(ClientException refused) {
        return switch (refused.status()) {
            case 0 ->
                refused.getCause() == null
                        ? "the WHIP server cannot be reached"
                        : CheckedHttp.explain("the WHIP server", refused.getCause());
            case 201 -> "the WHIP server answered, but no media connection came about";
            case 401, 403 -> "the WHIP server refuses the token (" + refused.status() + ")";
            default -> "the WHIP server answered " + refused.status();
        };
    }

    private final class End implements WhipListener {
        @Override
        public void onClosed(String reason) {
            end = Optional.of("the WHIP session ended: " + reason);
        }
    }

    @Override
    void packet(int position, OutgoingTrack track, LogPacket packet, OutgoingTrack.Numbers numbers) throws IOException {
        WhipClient open = client.orElseThrow();
        if (open.isAccepted(position)) {
            open.send(position, packet.payload(), packet.marker(), numbers.timestamp(), numbers.sequence());
        }
    }

    @Override
    void report(int position, OutgoingTrack track, SenderReport report, long timestamp) {
        WhipClient open = client.orElseThrow();
        if (open.isAccepted(position)) {
            open.report(position, report.ntpTimestamp(), timestamp);
        }
    }

    @Override
    public void tick() throws IOException {
        if (end.isPresent()) {
            throw new IOException(end.get());
        }
    }

    @Override
    public void abort() {
        end = Optional.of("broken off");
    }

    @Override
    public void close() {
        client.ifPresent(WhipClient::close);
        requests.close();
        loops.close();
    }
}
