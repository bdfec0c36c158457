package dev.weir.standalone.clip;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The bundled test stream: a moving picture with a timecode, and a beep with each flash. Both tracks last exactly as long, so it
 * can be repeated without a seam; how it was made stands in the {@code README.md} beside it.
 *
 * @param pictures the H264 pictures, the first of them a keyframe
 * @param audio the Opus packets of 20 ms; do not move the buffers
 */
public record TestClip(List<AccessUnit> pictures, List<ByteBuffer> audio) {

    /** RTP clock rate of the pictures. */
    public static final int VIDEO_CLOCK_RATE_HZ = 90_000;

    /** RTP clock rate of the audio. */
    public static final int AUDIO_CLOCK_RATE_HZ = 48_000;

    /** Duration of a picture at {@link #VIDEO_CLOCK_RATE_HZ}: 25 pictures a second. */
    public static final int PICTURE_TICKS = 3_600;

    /** Duration of an audio packet at {@link #AUDIO_CLOCK_RATE_HZ}. */
    public static final int AUDIO_TICKS = 960;

    /** The {@code profile-level-id} of the pictures: constrained baseline, level 3.0. */
    public static final String PROFILE_LEVEL_ID = "42c01e";

    private static final int OPUS_HEADERS = 2;

    /** Checks that both tracks last equally long. */
    public TestClip {
        long videoMicros = 1_000_000L * pictures.size() * PICTURE_TICKS / VIDEO_CLOCK_RATE_HZ;
        long audioMicros = 1_000_000L * audio.size() * AUDIO_TICKS / AUDIO_CLOCK_RATE_HZ;
        if (videoMicros != audioMicros) {
            throw new IllegalArgumentException("pictures last " + videoMicros + " us, audio " + audioMicros + " us");
        }
        pictures = List.copyOf(pictures);
        audio = List.copyOf(audio);
    }

    /**
     * Reads the stream from the class path.
     *
     * @throws IOException if it is not there
     */
    public static TestClip load() throws IOException {
        List<AccessUnit> pictures = AccessUnit.split(resource("test-stream.h264"));
        List<ByteBuffer> packets = OggPackets.read(resource("test-stream.ogg"));
        long videoTicks = (long) pictures.size() * PICTURE_TICKS;
        int audioPackets = (int) (videoTicks * AUDIO_CLOCK_RATE_HZ / VIDEO_CLOCK_RATE_HZ / AUDIO_TICKS);
        return new TestClip(pictures, packets.subList(OPUS_HEADERS, OPUS_HEADERS + audioPackets));
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = TestClip.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new FileNotFoundException(name + " is not in the jar");
            }
            return in.readAllBytes();
        }
    }
}
