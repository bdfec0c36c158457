package dev.weir.connector.restream.frame;

import dev.weir.connector.restream.aac.AacEncoders;

/**
 * How frames are made for a target.
 *
 * @param streamId the stream
 * @param audio what becomes of the audio
 * @param silence whether a stream without audio gets silence, because the target insists on audio; only with AAC
 * @param ffmpeg the program that encodes AAC
 * @param aacBitrateBps bits per second
 * @param place says which targets stand at the same place in the log
 * @param encoders the worker's encoders
 */
public record FrameSettings(
        String streamId,
        Audio audio,
        boolean silence,
        String ffmpeg,
        int aacBitrateBps,
        String place,
        AacEncoders encoders) {
    /** What becomes of the audio. */
    public enum Audio {
        /** It is encoded to AAC. */
        AAC,
        /** It is sent as it is. */
        COPY,
        /** It is left out. */
        NONE
    }
}
