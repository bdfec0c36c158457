package dev.weir.probe;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.onvoid.webrtc.RTCStatsType;
import java.util.Map;

/**
 * What a viewer received and decoded.
 *
 * @param postMillis from the POST to its answer
 * @param connectMillis from the POST to ICE and DTLS done
 * @param firstFrameMillis from the POST to the first decoded picture; -1 when there was none
 */
@JsonPropertyOrder(alphabetic = false)
record PlayReport(
        String url,
        String codec,
        int widthPx,
        int heightPx,
        long postMillis,
        long connectMillis,
        long firstFrameMillis,
        long framesDecoded,
        long keyFramesDecoded,
        long framesDropped,
        long videoPacketsReceived,
        long videoPacketsLost,
        double videoJitterMillis,
        long freezes,
        double freezeSeconds,
        long nacks,
        long plis,
        long audioPacketsReceived,
        long audioPacketsLost,
        double audioJitterMillis,
        double audioConcealedPercent) {

    static PlayReport of(String url, long postMillis, long connectMillis, long firstFrameMillis, StatsReader stats) {
        Map<String, Object> video = stats.entry(RTCStatsType.INBOUND_RTP, "video");
        Map<String, Object> audio = stats.entry(RTCStatsType.INBOUND_RTP, "audio");
        long samples = StatsReader.count(audio, "totalSamplesReceived");
        // Silence while nothing was sent yet is no defect that anybody hears.
        long concealed =
                StatsReader.count(audio, "concealedSamples") - StatsReader.count(audio, "silentConcealedSamples");
        return new PlayReport(
                url,
                stats.codec(video),
                (int) StatsReader.count(video, "frameWidth"),
                (int) StatsReader.count(video, "frameHeight"),
                postMillis,
                connectMillis,
                firstFrameMillis,
                StatsReader.count(video, "framesDecoded"),
                StatsReader.count(video, "keyFramesDecoded"),
                StatsReader.count(video, "framesDropped"),
                StatsReader.count(video, "packetsReceived"),
                StatsReader.count(video, "packetsLost"),
                StatsReader.millis(video, "jitter"),
                StatsReader.count(video, "freezeCount"),
                StatsReader.seconds(video, "totalFreezesDuration"),
                StatsReader.count(video, "nackCount"),
                StatsReader.count(video, "pliCount"),
                StatsReader.count(audio, "packetsReceived"),
                StatsReader.count(audio, "packetsLost"),
                StatsReader.millis(audio, "jitter"),
                samples == 0 ? 0 : Math.round(1000.0 * concealed / samples) / 10.0);
    }

    String summary() {
        return "decoded " + framesDecoded + " frames of " + codec + ' ' + widthPx + 'x' + heightPx
                + ", first after " + firstFrameMillis + " ms; lost " + videoPacketsLost + " of "
                + (videoPacketsReceived + videoPacketsLost) + " video and " + audioPacketsLost + " of "
                + (audioPacketsReceived + audioPacketsLost) + " audio packets; jitter " + videoJitterMillis
                + " ms, freezes " + freezes;
    }
}
