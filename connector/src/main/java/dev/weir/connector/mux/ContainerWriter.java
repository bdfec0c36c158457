package dev.weir.connector.mux;

import dev.weir.connector.assemble.Frame;
import dev.weir.connector.assemble.TrackFormat;
import dev.weir.webrtc.codec.Codec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Writes one object: a file that plays alone. A pure function of formats and frames: same input, same bytes. Keeps the
 * frames in memory until {@link #finish}. Not thread-safe: one owner.
 *
 * <p>Every file starts at 0. The fragments of MP4 objects, which a playlist refers to, keep the epoch's time line (the first
 * decode time in an object at 60 s is 60 s), so that consecutive objects are one HLS time line.
 */
public interface ContainerWriter {
    /**
     * Returns a writer for the container that fits: WebM when there is VP8, Matroska when there is PCMU or PCMA, otherwise
     * fragmented MP4.
     *
     * @throws IllegalArgumentException when there is no track
     */
    static ContainerWriter of(List<TrackFormat> formats) {
        boolean vp8 = formats.stream().anyMatch(format -> format.codec() == Codec.VP8);
        boolean pcm = formats.stream().anyMatch(format -> format.codec() == Codec.PCMU || format.codec() == Codec.PCMA);
        boolean mpeg =
                formats.stream().anyMatch(format -> format.codec() == Codec.H264 || format.codec() == Codec.H265);
        return vp8 || pcm ? new MatroskaWriter(formats, !pcm && !mpeg) : new Mp4Writer(formats);
    }

    /** Returns the file name extension without a dot: {@code mp4}, {@code webm} or {@code mkv}. */
    String extension();

    /** Returns the media type, such as {@code video/mp4}. */
    String contentType();

    /** Tells whether an HLS playlist can refer to the object (MP4 only). */
    boolean isHls();

    /**
     * Adds a frame; frames of one track come in decoding order. Its data is kept, not copied.
     *
     * @throws IllegalArgumentException when the track is not in the formats
     */
    void add(Frame frame);

    /**
     * Returns the formats of the tracks that have frames: a track without any is left out of the file, because players
     * would wait for it. When these differ between two consecutive objects, HLS needs a discontinuity.
     */
    List<TrackFormat> formats();

    /** Returns about how many bytes the object has by now: all sample data plus a small share for headers. */
    long byteLength();

    /** Returns the memory of the heap that the frames take: what was not relocated, and what is kept of every frame. */
    long heldBytes();

    /** Moves the bytes of the frames so far; the object stays the same. */
    void relocate(Relocation elsewhere) throws IOException;

    /** Returns the number of frames added. */
    long frameCount();

    /**
     * Ends the object and returns its bytes; call it once.
     *
     * @throws IllegalStateException when there is no frame
     */
    ByteBuffer finish();

    /** Returns the header that every fragment needs (HLS {@code EXT-X-MAP}); after {@link #finish}. */
    FragmentRange initialization();

    /** Returns the fragments, cut at keyframes at least 2 s apart (anywhere for audio alone); after {@link #finish}. */
    List<FragmentRange> fragments();
}
