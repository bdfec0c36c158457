package dev.weir.connector.restream.target;

import dev.weir.connector.restream.CheckedSockets;
import dev.weir.connector.restream.TargetOpener;
import dev.weir.connector.restream.TargetUrl;
import dev.weir.connector.restream.frame.FrameConnection;
import dev.weir.connector.restream.frame.FrameSettings.Audio;
import dev.weir.connector.restream.frame.FrameTarget;
import dev.weir.connector.restream.hls.HlsTarget;
import dev.weir.connector.restream.mpegts.MpegTsTarget;
import dev.weir.connector.restream.packet.RtpConnection;
import dev.weir.connector.restream.packet.RtspConnection;
import dev.weir.connector.restream.packet.SdesKeys;
import dev.weir.connector.restream.packet.WhipConnection;
import dev.weir.connector.restream.rtmp.RtmpTarget;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Knows which class speaks which protocol. */
public final class Targets {
    @FunctionalInterface
    private interface FrameOpener {
        FrameTarget open() throws IOException;
    }

    private Targets() {}

    /** Returns what becomes of the audio when nobody has said it. */
    public static Audio usualAudio(TargetUrl.Scheme scheme) {
        return switch (scheme) {
            case RTMP, RTMPS, SRT, UDP -> Audio.AAC;
            case RTP, SRTP, RTSP, RTSPS, WHIP_HTTP, WHIP_HTTPS, HLS_HTTP, HLS_HTTPS -> Audio.COPY;
        };
    }

    /** Returns what opens connections to a target. */
    public static TargetOpener opener(TargetSettings settings) {
        TargetUrl url = settings.url();
        CheckedSockets sockets = new CheckedSockets(settings.guard(), settings.authorities());
        return switch (url.scheme()) {
            case RTP -> {
                Path file = settings.sdpFile().orElseThrow();
                yield () -> RtpConnection.open(url, settings.guard(), file, Optional.empty());
            }
            case SRTP -> {
                Path file = settings.sdpFile().orElseThrow();
                Optional<SdesKeys> keys = Optional.of(new SdesKeys(new SecureRandom()));
                yield () -> RtpConnection.open(url, settings.guard(), file, keys);
            }
            case RTSP, RTSPS -> () -> RtspConnection.open(url, sockets);
            case WHIP_HTTP, WHIP_HTTPS -> () -> WhipConnection.open(url, sockets, settings.token());
            case RTMP, RTMPS -> frames(settings, () -> RtmpTarget.open(url, sockets));
            case SRT, UDP -> frames(settings, () -> new MpegTsTarget(settings.ffmpeg(), url, settings.guard()));
            case HLS_HTTP, HLS_HTTPS -> {
                HlsTarget.Series series =
                        new HlsTarget.Series(TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis()));
                long micros =
                        TimeUnit.MILLISECONDS.toMicros(settings.hlsSegment().toMillis());
                yield frames(settings, () -> new HlsTarget(url, sockets, settings.token(), series, micros));
            }
        };
    }

    private static TargetOpener frames(TargetSettings settings, FrameOpener opener) {
        return () -> new FrameConnection(settings.frames(), opener.open());
    }
}
