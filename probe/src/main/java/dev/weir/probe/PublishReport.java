package dev.weir.probe;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.onvoid.webrtc.RTCStatsType;
import java.util.Map;

/**
 * What a publisher sent. Losses are those that the server reported in RTCP.
 *
 * @param postMillis from the POST to its answer
 * @param connectMillis from the POST to ICE and DTLS done
 */
@JsonPropertyOrder(alphabetic = false)
record PublishReport(
        String url,
        String codec,
        int widthPx,
        int heightPx,
        long postMillis,
        long connectMillis,
        long framesEncoded,
        long keyFramesEncoded,
        long videoPacketsSent,
        long videoBytesSent,
        long audioPacketsSent,
        long retransmittedPackets,
        long nacks,
        long plis,
        long packetsLost,
        double roundTripMillis) {

    static PublishReport of(String url, long postMillis, long connectMillis, StatsReader stats) {
        Map<String, Object> video = stats.entry(RTCStatsType.OUTBOUND_RTP, "video");
        Map<String, Object> audio = stats.entry(RTCStatsType.OUTBOUND_RTP, "audio");
        Map<String, Object> remote = stats.entry(RTCStatsType.REMOTE_INBOUND_RTP, "video");
        return new PublishReport(
                url,
                stats.codec(video),
                (int) StatsReader.count(video, "frameWidth"),
                (int) StatsReader.count(video, "frameHeight"),
                postMillis,
                connectMillis,
                StatsReader.count(video, "framesEncoded"),
                StatsReader.count(video, "keyFramesEncoded"),
                StatsReader.count(video, "packetsSent"),
                StatsReader.count(video, "bytesSent"),
                StatsReader.count(audio, "packetsSent"),
                StatsReader.count(video, "retransmittedPacketsSent"),
                StatsReader.count(video, "nackCount"),
                StatsReader.count(video, "pliCount"),
                StatsReader.count(remote, "packetsLost"),
                StatsReader.millis(remote, "roundTripTime"));
    }

    String summary() {
        return "sent " + framesEncoded + " frames of " + codec + ' ' + widthPx + 'x' + heightPx + " in "
                + videoPacketsSent + " packets and " + audioPacketsSent + " audio packets; lost " + packetsLost
                + ", round trip " + roundTripMillis + " ms";
    }
}
