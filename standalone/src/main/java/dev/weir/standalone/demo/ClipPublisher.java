package dev.weir.standalone.demo;

import dev.weir.standalone.clip.AccessUnit;
import dev.weir.standalone.clip.TestClip;
import dev.weir.webrtc.client.WhipClient;
import dev.weir.webrtc.codec.H264Packetizer;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Sends the bundled stream in real time, again and again, without a seam in its RTP time. One thread. */
public final class ClipPublisher {

    /** Index of the video track in what is published. */
    public static final int VIDEO = 0;

    /** Index of the audio track. */
    public static final int AUDIO = 1;

    private static final int MAX_PAYLOAD = 1_200;
    private static final long PICTURE_NANOS = 1_000_000_000L * TestClip.PICTURE_TICKS / TestClip.VIDEO_CLOCK_RATE_HZ;
    private static final long AUDIO_NANOS = 1_000_000_000L * TestClip.AUDIO_TICKS / TestClip.AUDIO_CLOCK_RATE_HZ;

    private final TestClip clip;
    private final WhipClient client;
    private final H264Packetizer packetizer = new H264Packetizer(MAX_PAYLOAD);
    private final long[] packets = new long[2];
    private final long[] frames = new long[2];
    private boolean complete;

    /** Takes a client whose tracks are the video and the audio of the clip. */
    public ClipPublisher(TestClip clip, WhipClient client) {
        this.clip = clip;
        this.client = client;
    }

    /**
     * Sends for {@code duration} of media time, or while {@code goOn} says so.
     *
     * @param goOn asked before each picture
     */
    public void run(Duration duration, BooleanSupplier goOn) {
        long startNanos = System.nanoTime();
        long picture = 0;
        long audio = 0;
        while (goOn.getAsBoolean()) {
            boolean videoNext = picture * PICTURE_NANOS <= audio * AUDIO_NANOS;
            long dueNanos = videoNext ? picture * PICTURE_NANOS : audio * AUDIO_NANOS;
            if (dueNanos >= duration.toNanos()) {
                return;
            }
            awaitNanos(startNanos + dueNanos);
            if (videoNext) {
                sendPicture(picture++);
            } else {
                sendAudio(audio++);
            }
        }
    }

    private static void awaitNanos(long dueNanos) {
        for (long left = dueNanos - System.nanoTime(); left > 0; left = dueNanos - System.nanoTime()) {
            LockSupport.parkNanos(left);
            if (Thread.currentThread().isInterrupted()) {
                return;
            }
        }
    }

    private void sendPicture(long index) {
        AccessUnit unit = clip.pictures().get((int) (index % clip.pictures().size()));
        complete = true;
        packetizer.packetizeAnnexB(
                unit.annexB(), (payload, marker) -> send(VIDEO, payload, marker, index * TestClip.PICTURE_TICKS));
        countFrame(VIDEO);
    }

    private void sendAudio(long index) {
        ByteBuffer packet = clip.audio().get((int) (index % clip.audio().size()));
        complete = true;
        send(AUDIO, packet, index == 0, index * TestClip.AUDIO_TICKS);
        countFrame(AUDIO);
    }

    private void send(int track, ByteBuffer payload, boolean marker, long timestamp) {
        if (client.send(track, payload, marker, timestamp)) {
            packets[track]++;
        } else {
            complete = false;
        }
    }

    private void countFrame(int track) {
        if (complete) {
            frames[track]++;
        }
    }

    /** Returns the packets that were sent of the track. */
    public long packets(int track) {
        return packets[track];
    }

    /** Returns the frames of the track all of whose packets were sent. */
    public long frames(int track) {
        return frames[track];
    }
}
