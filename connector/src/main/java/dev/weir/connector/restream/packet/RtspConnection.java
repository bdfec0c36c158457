package dev.weir.connector.restream.packet;

import dev.weir.connector.restream.CheckedSockets;
import dev.weir.connector.restream.MediaChangedException;
import dev.weir.connector.restream.TargetUrl;
import dev.weir.schemas.LogPacket;
import dev.weir.schemas.SenderReport;
import dev.weir.schemas.TrackInfo;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pushes by RTSP: ANNOUNCE, SETUP of each track, RECORD (RFC 2326 section 10), then the packets, interleaved in the TCP
 * connection or, with {@code ?transport=udp}, as datagrams.
 */
public final class RtspConnection extends PacketConnection {
    private static final Logger LOG = LoggerFactory.getLogger(RtspConnection.class);
    private static final Pattern SERVER_PORTS = Pattern.compile("server_port=(\\d{1,5})-(\\d{1,5})");
    private static final Pattern CHANNELS = Pattern.compile("interleaved=(\\d{1,3})-(\\d{1,3})");
    private static final long KEEP_ALIVE_NANOS = TimeUnit.SECONDS.toNanos(20);
    private static final int PORT_ATTEMPTS = 100;

    /** Where the packets of one track go: channels, or sockets. */
    private record Transport(int rtpChannel, List<DatagramChannel> sockets) {}

    private final RtspClient client;
    private final boolean udp;
    private final List<Transport> transports = new ArrayList<>();
    private List<TrackInfo> announced = List.of();
    private long toldNanos = System.nanoTime();

    private RtspConnection(RtspClient client, boolean udp) {
        this.client = client;
        this.udp = udp;
    }

    /** Connects; the stream is announced with the first batch, which names the tracks. */
    public static RtspConnection open(TargetUrl url, CheckedSockets sockets) throws IOException {
        RtspClient client = RtspClient.open(url, sockets);
        try {
            client.request("OPTIONS", client.resource(), Map.of(), "");
        } catch (IOException refused) {
            client.close();
            throw refused;
        }
        return new RtspConnection(client, "udp".equals(url.query().get("transport")));
    }

    @Override
    void configure(List<TrackInfo> latest) throws IOException {
        if (!announced.isEmpty()) {
            if (!isAlike(announced, latest)) {
                throw new MediaChangedException("other codecs");
            }
            return;
        }
        announced = latest;
        client.request(
                "ANNOUNCE",
                client.resource(),
                Map.of("Content-Type", "application/sdp"),
                SessionFile.text(client.peer().getHostAddress(), 0, true, latest, Optional.empty()));
        for (int i = 0; i < latest.size(); i++) {
            setUp(i);
        }
        client.request("RECORD", client.resource(), Map.of("Range", "npt=0.000-"), "");
        client.listen();
    }

    private void setUp(int track) throws IOException {
        List<DatagramChannel> sockets = udp ? portPair() : List.of();
        String wanted = udp
                ? "RTP/AVP;unicast;client_port=" + port(sockets.get(0)) + "-" + port(sockets.get(1)) + ";mode=record"
                : "RTP/AVP/TCP;unicast;interleaved=" + 2 * track + "-" + (2 * track + 1) + ";mode=record";
        transports.add(new Transport(2 * track, sockets));
        String given = client.request(
                        "SETUP", client.resource() + "/streamid=" + track, Map.of("Transport", wanted), "")
                .header("transport");
        if (udp) {
            Matcher ports = SERVER_PORTS.matcher(given);
            if (!ports.find()) {
                throw new IOException("the RTSP server does not take UDP: leave ?transport=udp out");
            }
            for (int i = 0; i < 2; i++) {
                sockets.get(i).connect(new InetSocketAddress(client.peer(), Integer.parseInt(ports.group(i + 1))));
            }
        } else {
            Matcher channels = CHANNELS.matcher(given);
            int channel = channels.find() ? Integer.parseInt(channels.group(1)) : 2 * track;
            transports.set(track, new Transport(channel, List.of()));
        }
    }

    private static int port(DatagramChannel socket) throws IOException {
        return ((InetSocketAddress) socket.getLocalAddress()).getPort();
    }

    /** Opens two sockets on an even port and the one behind it. */
    private List<DatagramChannel> portPair() throws IOException {
        for (int attempt = 0; attempt < PORT_ATTEMPTS; attempt++) {
            DatagramChannel first = DatagramChannel.open();
            DatagramChannel second = DatagramChannel.open();
            try {
                first.bind(new InetSocketAddress(client.local(), 0));
                if (port(first) % 2 == 0) {
                    second.bind(new InetSocketAddress(client.local(), port(first) + 1));
                    return List.of(first, second);
                }
            } catch (IOException taken) {
                LOG.trace("the next pair", taken);
            }
            first.close();
            second.close();
        }
        throw new IOException("no pair of free UDP ports");
    }

    @Override
    void packet(int position, OutgoingTrack track, LogPacket packet, OutgoingTrack.Numbers numbers) throws IOException {
        write(position, false, track.rtp(packet, numbers));
        if (packet.marker()) {
            client.flush();
        }
    }

    @Override
    void report(int position, OutgoingTrack track, SenderReport report, long timestamp) throws IOException {
        write(position, true, track.rtcp(report, timestamp));
    }

    private void write(int position, boolean rtcp, ByteBuffer packet) throws IOException {
        Transport transport = transports.get(position);
        if (udp) {
            transport.sockets.get(rtcp ? 1 : 0).write(packet);
            return;
        }
        try {
            client.interleaved(transport.rtpChannel + (rtcp ? 1 : 0), packet);
        } catch (IOException broken) {
            client.check();
            throw new IOException("the connection to the RTSP server broke", broken);
        }
    }

    @Override
    public void tick() throws IOException {
        client.check();
        if (!announced.isEmpty()) {
            client.flush();
            if (System.nanoTime() - toldNanos > KEEP_ALIVE_NANOS) {
                toldNanos = System.nanoTime();
                client.tell("GET_PARAMETER");
            }
        }
    }

    @Override
    public void abort() {
        client.abort();
    }

    @Override
    public void close() {
        try {
            if (!announced.isEmpty()) {
                client.tell("TEARDOWN");
            }
        } catch (IOException alreadyGone) {
            LOG.trace("saying goodbye", alreadyGone);
        }
        client.close();
        for (Transport transport : transports) {
            for (DatagramChannel socket : transport.sockets) {
                try {
                    socket.close();
                } catch (IOException harmless) {
                    LOG.trace("closing a socket", harmless);
                }
            }
        }
    }
}
