package dev.weir.connector.mux;

import dev.weir.webrtc.codec.Codec;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * What a reader found in a media file.
 *
 * @param tracks the tracks in file order
 */
public record MediaFile(List<Track> tracks) {
    /** Copies the list. */
    public MediaFile {
        tracks = List.copyOf(tracks);
    }

    /**
     * Reads an MP4, WebM or Matroska file of ours, told apart by its first bytes.
     *
     * @throws MalformedMediaException when it is neither, or broken
     */
    public static MediaFile read(ByteBuffer file) throws MalformedMediaException {
        if (file.remaining() < 8) {
            throw new MalformedMediaException("only " + file.remaining() + " bytes");
        }
        return file.getInt(file.position()) == MatroskaId.EBML ? WebmReader.read(file) : Mp4Reader.read(file);
    }

    /**
     * One track.
     *
     * @param number track number in the file, from 1
     * @param codec the codec
     * @param clockRateHz ticks per second of the samples' times (1000 in Matroska)
     * @param widthPx width, 0 for audio
     * @param heightPx height, 0 for audio
     * @param channels audio channels, 0 for video
     * @param samples the samples in decoding order
     */
    public record Track(
            int number, Codec codec, int clockRateHz, int widthPx, int heightPx, int channels, List<Sample> samples) {
        /** Copies the list. */
        public Track {
            samples = List.copyOf(samples);
        }

        /** Returns the time from the first sample's start to the end of the last one, in microseconds. */
        public long durationMicros() {
            if (samples.isEmpty()) {
                return 0;
            }
            Sample last = samples.get(samples.size() - 1);
            long ticks = last.dtsTicks() + last.durationTicks() - samples.get(0).dtsTicks();
            return ticks / clockRateHz * 1_000_000 + ticks % clockRateHz * 1_000_000 / clockRateHz;
        }
    }

    /**
     * One sample.
     *
     * @param offset first byte in the file
     * @param length bytes
     * @param dtsTicks decode time
     * @param ptsTicks presentation time
     * @param durationTicks duration; in Matroska up to the next sample or the end of the file
     * @param keyframe whether it is marked as a sync sample
     */
    public record Sample(long offset, int length, long dtsTicks, long ptsTicks, long durationTicks, boolean keyframe) {}
}
