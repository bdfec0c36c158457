package dev.weir.standalone.loadtest;

import dev.weir.webrtc.client.ClientTrack;
import dev.weir.webrtc.client.WhipClient;
import dev.weir.webrtc.codec.Codec;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;

/**
 * One publisher's packets: the shape of H264 (FU-A, 30 pictures/s of varying size, a keyframe of three times the size every
 * 2 s, each picture in packets that differ by a byte as libwebrtc makes them) and Opus (50 packets/s of 160 bytes). Each payload
 * tells when it was sent and its place in the picture. One thread.
 */
final class SyntheticStream {
    static final int AUDIO_LENGTH = 160;
    private static final int VIDEO = 0;
    private static final int PICTURES_PER_SECOND = 30;
    private static final int KEYFRAME_SIZE = 3;
    static final Duration LEAST_KEYFRAME_INTERVAL = Duration.ofMillis(100);
    private static final int LONGEST_PAYLOAD = 1_100;
    private static final long AUDIO_NANOS = 20_000_000;

    // Behind FU indicator and header, or the Opus TOC and a byte.
    private static final int TIME = 2;
    private static final int INDEX = 10;
    private static final int COUNT = 12;
    private static final int KIND = 14;
    private static final byte ORDINARY = 1;
    private static final byte KEYFRAME = 2;

    /** STAP-A of an SPS and a PPS, cut short: nobody decodes it. */
    private static final ByteBuffer PARAMETER_SETS =
            ByteBuffer.wrap(new byte[] {0x78, 0, 4, 0x67, 0x42, (byte) 0xC0, 0x1F, 0, 3, 0x68, (byte) 0xCE, 0x3C});

    private final WhipClient client;
    private final SplittableRandom random;
    private final int meanPicture;
    private final int audioTrack;
    private final int picturesPerKeyframe;
    private final ByteBuffer payload = ByteBuffer.allocate(LONGEST_PAYLOAD + 1);
    private final long startNanos;
    private volatile boolean keyframeWanted;
    private long pictures;
    private long sounds;
    private long sent;

    /** Begins at {@code startNanos}. */
    SyntheticStream(WhipClient client, int kbps, Duration keyframes, SplittableRandom random, long startNanos) {
        this.client = client;
        this.random = random;
        this.startNanos = startNanos;
        this.audioTrack = kbps > 0 ? 1 : 0;
        this.picturesPerKeyframe = Math.toIntExact(keyframes.toMillis() * PICTURES_PER_SECOND / 1_000);
        // A keyframe counts as many pictures.
        int shares = picturesPerKeyframe + KEYFRAME_SIZE - 1;
        this.meanPicture = Math.toIntExact(kbps * 125L * picturesPerKeyframe / shares / PICTURES_PER_SECOND);
    }

    /** Makes the next picture a keyframe, as an encoder does that is asked for one. Any thread. */
    void requestKeyframe() {
        keyframeWanted = true;
    }

    static List<ClientTrack> tracks(LoadPlan plan) {
        ClientTrack sound = ClientTrack.of(Codec.OPUS).withPayloadTypes(plan.soundPayloadType());
        return plan.kbps() > 0
                ? List.of(ClientTrack.of(Codec.H264).withPayloadTypes(plan.videoPayloadType()), sound)
                : List.of(sound);
    }

    /** Sends what is due; returns when the next packet is. */
    long sendDue(long nowNanos) {
        long pictureDue = meanPicture > 0 ? pictureDueNanos() : Long.MAX_VALUE;
        while (pictureDue != Long.MAX_VALUE && nowNanos - pictureDue >= 0) {
            sendPicture();
            pictureDue = pictureDueNanos();
        }
        long soundDue = startNanos + sounds * AUDIO_NANOS;
        while (nowNanos - soundDue >= 0) {
            sendSound();
            soundDue = startNanos + sounds * AUDIO_NANOS;
        }
        return pictureDue == Long.MAX_VALUE || soundDue - pictureDue < 0 ? soundDue : pictureDue;
    }

    private long pictureDueNanos() {
        return startNanos + pictures * 1_000_000_000L / PICTURES_PER_SECOND;
    }

    private void sendPicture() {
        boolean key = keyframeWanted || pictures % picturesPerKeyframe == 0;
        keyframeWanted = false;
        long timestamp = pictures * 90_000 / PICTURES_PER_SECOND;
        int size = (int) (meanPicture * (key ? KEYFRAME_SIZE : 1) * random.nextDouble(0.7, 1.3));
        int count = Math.max(1, (size + LONGEST_PAYLOAD - 1) / LONGEST_PAYLOAD);
        int shorter = Math.max(KIND + 1, size / count);
        int longerOnes = Math.max(0, size - shorter * count);
        if (key) {
            count(client.send(VIDEO, PARAMETER_SETS.duplicate(), false, timestamp));
        }
        for (int i = 0; i < count; i++) {
            payload.clear().limit(Math.min(LONGEST_PAYLOAD, shorter + (i < count - longerOnes ? 0 : 1)));
            payload.put(0, (byte) 0x7C); // FU-A
            payload.put(1, (byte) ((key ? 5 : 1) | (i == 0 ? 0x80 : 0) | (i == count - 1 ? 0x40 : 0)));
            payload.putShort(INDEX, (short) i).putShort(COUNT, (short) count).put(KIND, key ? KEYFRAME : ORDINARY);
            send(VIDEO, i == count - 1, timestamp);
        }
        pictures++;
    }

    private void sendSound() {
        payload.clear().limit(AUDIO_LENGTH);
        payload.put(0, (byte) 0xFC); // 20 ms, stereo
        payload.putInt(INDEX, 0).put(KIND, ORDINARY);
        send(audioTrack, sounds == 0, sounds * 960);
        sounds++;
    }

    private void send(int track, boolean marker, long timestamp) {
        // With the top bit, the slice behind the FU header has first_mb_in_slice 0: a picture begins.
        payload.putLong(TIME, System.nanoTime() | Long.MIN_VALUE);
        count(client.send(track, payload, marker, timestamp));
    }

    private void count(boolean taken) {
        sent += taken ? 1 : 0;
    }

    /** Returns the packets sent so far. */
    long sent() {
        return sent;
    }

    /** Tells whether the payload at {@code offset} carries the time of sending. */
    static boolean isTimed(ByteBuffer packet, int offset, int length) {
        return length > KIND
                && packet.getLong(offset + TIME) < 0
                && packet.get(offset + KIND) <= KEYFRAME
                && packet.get(offset + KIND) > 0;
    }

    static long sentNanos(ByteBuffer packet, int offset) {
        return packet.getLong(offset + TIME) & Long.MAX_VALUE;
    }

    /** Returns how many packets the keyframe has that the payload belongs to, 0 when it is none. */
    static int keyframePackets(ByteBuffer packet, int offset) {
        return packet.get(offset + KIND) == KEYFRAME ? packet.getShort(offset + COUNT) & 0xFFFF : 0;
    }
}
