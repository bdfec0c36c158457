package dev.weir.bench;

import dev.weir.webrtc.client.ClientTrack;
import dev.weir.webrtc.client.WhipClient;
import dev.weir.webrtc.codec.Codec;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends packets with the shape of H264 (FU-A, 30 pictures/s, a keyframe every 2 s, 1,000-byte payloads, 2 Mbit/s) and Opus
 * (50 packets/s of 160 bytes). The time of sending lies in each payload, so that a viewer of the same process can tell the
 * latency. One thread.
 */
final class SyntheticStream {
    static final List<ClientTrack> TRACKS = List.of(ClientTrack.of(Codec.H264), ClientTrack.of(Codec.OPUS));
    static final int VIDEO = 0;
    static final int AUDIO = 1;
    static final int AUDIO_LENGTH = 160;

    /** Where {@link System#nanoTime} lies in a payload, behind the FU indicator and header or the Opus TOC. */
    static final int TIME_OFFSET = 2;

    /** STAP-A of an SPS and a PPS, cut short: nobody decodes it. */
    private static final ByteBuffer PARAMETER_SETS =
            ByteBuffer.wrap(new byte[] {0x78, 0, 4, 0x67, 0x42, (byte) 0xC0, 0x1F, 0, 3, 0x68, (byte) 0xCE, 0x3C});

    private static final long TICK_NANOS = 100_000_000L / 30; // a third of a picture
    private static final int TICKS_PER_PICTURE = 10;
    private static final int TICKS_PER_AUDIO = 6;
    private static final int PICTURES_PER_KEYFRAME = 60;

    private final WhipClient client;
    private final ByteBuffer video = ByteBuffer.allocate(1_000);
    private final ByteBuffer audio = ByteBuffer.allocate(AUDIO_LENGTH);
    private volatile boolean stopped;
    private long sent;

    SyntheticStream(WhipClient client) {
        this.client = client;
    }

    void stop() {
        stopped = true;
    }

    /** Sends in real time until {@link #stop}. */
    void run() {
        long startNanos = System.nanoTime();
        for (long tick = 0; !stopped; tick++) {
            long dueNanos = startNanos + tick * TICK_NANOS;
            for (long left = dueNanos - System.nanoTime(); left > 0 && !stopped; left = dueNanos - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            if (tick % TICKS_PER_PICTURE == 0) {
                sendPicture(tick / TICKS_PER_PICTURE);
            }
            if (tick % TICKS_PER_AUDIO == 0) {
                sendAudio(tick / TICKS_PER_AUDIO);
            }
        }
    }

    private void sendPicture(long index) {
        int nalType = index % PICTURES_PER_KEYFRAME == 0 ? 5 : 1;
        int packets = index % 3 == 0 ? 9 : 8;
        if (nalType == 5) {
            send(PARAMETER_SETS.duplicate(), index * 3_000);
        }
        for (int i = 0; i < packets; i++) {
            boolean last = i == packets - 1;
            video.put(0, (byte) 0x7C); // FU-A
            video.put(1, (byte) (nalType | (i == 0 ? 0x80 : 0) | (last ? 0x40 : 0)));
            send(VIDEO, video, last, index * 3_000);
        }
    }

    private void sendAudio(long index) {
        audio.put(0, (byte) 0xFC); // 20 ms, stereo
        send(AUDIO, audio, index == 0, index * 960);
    }

    private void send(int track, ByteBuffer payload, boolean marker, long timestamp) {
        // With the top bit, the slice behind the FU header has first_mb_in_slice 0: a picture begins.
        payload.putLong(TIME_OFFSET, System.nanoTime() | Long.MIN_VALUE);
        if (client.send(track, payload, marker, timestamp)) {
            sent++;
        }
    }

    private void send(ByteBuffer parameterSets, long timestamp) {
        if (client.send(VIDEO, parameterSets, false, timestamp)) {
            sent++;
        }
    }

    /** Returns the time of sending that the payload at {@code offset} carries. */
    static long sentNanos(ByteBuffer packet, int offset) {
        return packet.getLong(offset + TIME_OFFSET) & Long.MAX_VALUE;
    }

    /** Returns the packets sent so far; exact after {@link #run} has returned. */
    long sent() {
        return sent;
    }
}
