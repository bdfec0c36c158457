package dev.weir.connector.restream.packet;

import dev.weir.connector.restream.AddressGuard;
import dev.weir.connector.restream.TargetUrl;
import dev.weir.schemas.LogPacket;
import dev.weir.schemas.SenderReport;
import dev.weir.schemas.TrackInfo;
import dev.weir.webrtc.srtp.SrtpProtector;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends RTP, or SRTP: track n to port + 2n, its RTCP to the port behind it, and writes the session description to a file.
 * Fails when the host answers that nobody listens.
 */
public final class RtpConnection extends PacketConnection {
    private static final Logger LOG = LoggerFactory.getLogger(RtpConnection.class);

    private final TargetUrl url;
    private final InetAddress address;
    private final Path sdpFile;
    private final Optional<SdesKeys> keys;
    private final Map<Integer, SrtpProtector> protectors = new HashMap<>();
    private final Map<Integer, DatagramChannel> channels = new HashMap<>();

    private RtpConnection(TargetUrl url, InetAddress address, Path sdpFile, Optional<SdesKeys> keys) {
        this.url = url;
        this.address = address;
        this.sdpFile = sdpFile;
        this.keys = keys;
    }

    /**
     * Resolves the host; a datagram needs no connection.
     *
     * @param keys what packets are encrypted with; without them they are plain
     */
    public static RtpConnection open(TargetUrl url, AddressGuard guard, Path sdpFile, Optional<SdesKeys> keys)
            throws IOException {
        return new RtpConnection(url, guard.resolve(url.host()), sdpFile, keys);
    }

    @Override
    void configure(List<TrackInfo> latest) throws IOException {
        try {
            SessionFile.write(sdpFile, SessionFile.text(url.host(), url.port(), false, latest, keys), keys.isPresent());
        } catch (IOException failure) {
            throw new IOException("cannot write " + sdpFile + ": " + failure.getMessage(), failure);
        }
        LOG.info("target={} tracks={} sdp={}", url, latest.size(), sdpFile);
    }

    @Override
    void packet(int position, OutgoingTrack track, LogPacket packet, OutgoingTrack.Numbers numbers) throws IOException {
        ByteBuffer datagram = track.rtp(packet, numbers);
        if (keys.isPresent() && protector(position).protectRtp(datagram) < 0) {
            return; // A number that was sent before, or is too old to tell: never encrypted twice.
        }
        try {
            write(url.port() + 2 * position, datagram);
        } catch (PortUnreachableException nobody) {
            throw new IOException("nobody listens on port " + (url.port() + 2 * position), nobody);
        }
    }

    @Override
    void report(int position, OutgoingTrack track, SenderReport report, long timestamp) {
        ByteBuffer datagram = track.rtcp(report, timestamp);
        if (keys.isPresent() && protector(position).protectRtcp(datagram) < 0) {
            return;
        }
        try {
            write(url.port() + 2 * position + 1, datagram);
        } catch (IOException harmless) {
            LOG.trace("many receivers do not open the RTCP port", harmless);
        }
    }

    private SrtpProtector protector(int position) {
        return protectors.computeIfAbsent(position, track -> keys.orElseThrow().protector(track));
    }

    private void write(int port, ByteBuffer datagram) throws IOException {
        DatagramChannel open = channels.get(port);
        if (open == null) {
            open = DatagramChannel.open();
            channels.put(port, open);
            open.connect(new InetSocketAddress(address, port));
        }
        open.write(datagram);
    }

    @Override
    public void tick() {}

    @Override
    public void abort() {
        close();
    }

    @Override
    public synchronized void close() {
        for (DatagramChannel channel : channels.values()) {
            try {
                channel.close();
            } catch (IOException harmless) {
                LOG.trace("closing a socket", harmless);
            }
        }
    }
}
