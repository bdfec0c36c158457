package dev.weir.bench;

import dev.weir.gateway.relay.RelayPacket;
import dev.weir.gateway.relay.RelayTrack;
import dev.weir.webrtc.rtp.MediaKind;
import dev.weir.webrtc.rtp.RtpHeader;
import dev.weir.webrtc.sdp.CodecFormat;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Makes the packets of synthetic publishers as the relay hands them to the mirror: VP8-shaped video and Opus-sized sound. */
final class MirrorTraffic {
    static final RelayTrack VIDEO =
            new RelayTrack(0, "video", MediaKind.VIDEO, new CodecFormat("VP8", 90_000, 1, ""), List.of());
    static final RelayTrack AUDIO =
            new RelayTrack(1, "audio", MediaKind.AUDIO, new CodecFormat("opus", 48_000, 2, ""), List.of());
    static final int FRAMES_PER_SECOND = 30;
    static final int FRAMES_PER_KEY = 60;
    private static final int FULL_PAYLOAD = 1_100;
    private static final int AUDIO_PAYLOAD = 80;

    private MirrorTraffic() {}

    /** Returns a video frame of {@code packets} full packets. */
    static List<RelayPacket> frame(long epoch, long frame, int packets) {
        return frame(epoch, frame, frame * packets, packets * FULL_PAYLOAD, 0);
    }

    /**
     * Returns a video frame of {@code bytes}, its packets numbered from {@code sequence} on, each with a header extension block
     * of {@code extensionWords} times four bytes; 0 = none, a browser has 4 to 6.
     */
    static List<RelayPacket> frame(long epoch, long frame, long sequence, int bytes, int extensionWords) {
        List<RelayPacket> packets = new ArrayList<>();
        long nowMicros = System.currentTimeMillis() * 1000;
        boolean key = frame % FRAMES_PER_KEY == 0;
        for (int left = bytes; left > 0; left -= FULL_PAYLOAD) {
            byte[] payload = new byte[Math.max(12, Math.min(left, FULL_PAYLOAD))];
            boolean first = packets.isEmpty();
            payload[0] = (byte) (first ? 0x10 : 0);
            payload[1] = (byte) (key ? 0 : 1);
            packets.add(carrying(MediaKind.VIDEO, payload, extensionWords)
                    .payloadType(96)
                    .ssrc(0x1234_5678)
                    .extendedSequence(sequence + packets.size())
                    .extendedTimestamp(frame * 90_000 / FRAMES_PER_SECOND)
                    .marker(left <= FULL_PAYLOAD)
                    .keyframeStart(key && first)
                    .arrival(System.nanoTime(), nowMicros)
                    .epoch(epoch)
                    .build());
        }
        return packets;
    }

    /** Returns 20 ms of sound. */
    static RelayPacket sound(long epoch, long sequence, int extensionWords) {
        byte[] payload = new byte[AUDIO_PAYLOAD];
        payload[0] = (byte) 0xFC;
        return carrying(MediaKind.AUDIO, payload, extensionWords)
                .trackIndex(1)
                .payloadType(111)
                .ssrc(0x2345_6789)
                .extendedSequence(sequence)
                .extendedTimestamp(sequence * 960)
                .arrival(System.nanoTime(), System.currentTimeMillis() * 1000)
                .epoch(epoch)
                .build();
    }

    private static RelayPacket.Builder carrying(MediaKind kind, byte[] payload, int extensionWords) {
        RelayPacket.Builder packet = RelayPacket.builder(kind);
        if (extensionWords == 0) {
            return packet.payload(payload);
        }
        int header = RtpHeader.FIXED_LENGTH + 4 * extensionWords;
        ByteBuffer received = ByteBuffer.allocate(header + payload.length);
        received.put(0, (byte) 0x90)
                .putShort(RtpHeader.FIXED_LENGTH, (short) 0xBEDE)
                .putShort(RtpHeader.FIXED_LENGTH + 2, (short) (extensionWords - 1))
                .put(header, payload);
        return packet.received(received, header, payload.length);
    }
}
