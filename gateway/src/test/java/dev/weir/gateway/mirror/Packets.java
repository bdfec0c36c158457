package dev.weir.gateway.mirror;

import dev.weir.gateway.relay.RelayPacket;
import dev.weir.gateway.relay.RelayTrack;
import dev.weir.webrtc.rtp.MediaKind;
import dev.weir.webrtc.sdp.CodecFormat;
import java.nio.ByteBuffer;
import java.util.List;

/** Makes the packets of a synthetic publisher: video track 0, audio track 1, arrival in virtual time. */
final class Packets {
    static final long EPOCH = 7;
    static final long START_MICROS = 1_795_000_000_000_000L;
    static final List<RelayTrack> TRACKS = List.of(
            new RelayTrack(
                    0, "video", MediaKind.VIDEO, new CodecFormat("h264", 90_000, 1, "packetization-mode=1"), List.of()),
            new RelayTrack(
                    1, "audio", MediaKind.AUDIO, new CodecFormat("opus", 48_000, 2, "useinbandfec=1"), List.of()));

    private long videoSequence = 1000;
    private long audioSequence = 5000;

    /** Returns one packet of a video frame that arrives {@code atMillis} after the start. */
    RelayPacket video(long atMillis, boolean keyframeStart, boolean marker, int payloadBytes) {
        return RelayPacket.builder(MediaKind.VIDEO)
                .trackIndex(0)
                .payloadType(102)
                .ssrc(0xCAFE0001)
                .extendedSequence(videoSequence++)
                .extendedTimestamp(atMillis * 90)
                .marker(marker)
                .keyframeStart(keyframeStart)
                .arrival(atMillis * 1_000_000, START_MICROS + atMillis * 1000)
                .epoch(EPOCH)
                .payload(ByteBuffer.allocate(payloadBytes))
                .build();
    }

    RelayPacket audio(long atMillis) {
        return RelayPacket.builder(MediaKind.AUDIO)
                .trackIndex(1)
                .payloadType(111)
                .ssrc(0xCAFE0002)
                .extendedSequence(audioSequence++)
                .extendedTimestamp(atMillis * 48)
                .arrival(atMillis * 1_000_000, START_MICROS + atMillis * 1000)
                .epoch(EPOCH)
                .payload(ByteBuffer.allocate(80))
                .build();
    }

    static long micros(long atMillis) {
        return START_MICROS + atMillis * 1000;
    }
}
