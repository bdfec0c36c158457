package dev.weir.connector.mux;

import dev.weir.connector.assemble.Frame;
import dev.weir.connector.assemble.TrackFormat;
import dev.weir.webrtc.codec.Codec;
import dev.weir.webrtc.rtp.MediaKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.util.List;

/**
 * Writes a media file of any length while its frames come: what is held in memory is one fragment, two seconds or a few
 * more until the next keyframe. All tracks have to be known at the start. Not thread-safe: one owner.
 */
public abstract class GrowingFile {
    private static final long MIN_PART_MICROS = 2_000_000;
    private static final long MAX_PART_MICROS = 20_000_000;
    private static final long MAX_PART_BYTES = 64L << 20;

    /** The containers that a file can have. */
    public enum Container {
        /** Fragmented MP4: H264, H265, VP9, AV1, Opus. */
        MP4,
        /** WebM: VP8, VP9, AV1, Opus. */
        WEBM,
        /** Matroska: everything. */
        MKV;

        /** Returns whether players expect {@code codec} in this container. */
        public boolean fits(Codec codec) {
            return switch (codec) {
                case H264, H265 -> this != WEBM;
                case VP8 -> this != MP4;
                case VP9, AV1, OPUS -> true;
                case PCMU, PCMA -> this == MKV;
            };
        }
    }

    private final SeekableByteChannel channel;
    private final List<TrackFormat> formats;
    private final int cutTrack;
    private ObjectSamples part;
    private long partStartMicros;

    GrowingFile(List<TrackFormat> formats, SeekableByteChannel channel) {
        this.formats = List.copyOf(formats);
        this.channel = channel;
        this.part = new ObjectSamples(this.formats);
        this.cutTrack = formats.stream()
                .filter(format -> format.kind() == MediaKind.VIDEO)
                .findFirst()
                .orElse(formats.get(0))
                .trackIndex();
    }

    /**
     * Starts a file.
     *
     * @param formats all tracks
     * @param durationMicros length of the file as its header tells it
     * @param channel where to write, from its beginning on; stays the caller's
     * @throws IllegalArgumentException when a codec does not fit the container
     */
    public static GrowingFile start(
            Container container, List<TrackFormat> formats, long durationMicros, SeekableByteChannel channel)
            throws IOException {
        for (TrackFormat format : formats) {
            if (!container.fits(format.codec())) {
                throw new IllegalArgumentException(format.codec() + " does not fit " + container);
            }
        }
        return switch (container) {
            case MP4 -> new Mp4GrowingFile(formats, durationMicros, channel);
            case WEBM -> new MatroskaGrowingFile(formats, true, durationMicros, channel);
            case MKV -> new MatroskaGrowingFile(formats, false, durationMicros, channel);
        };
    }

    /**
     * Adds a frame; times start at 0, frames of one track come in decoding order and frames of all tracks nearly in order of
     * time.
     *
     * @throws IllegalArgumentException when its track is not among the formats
     */
    public final void add(Frame frame) throws IOException {
        if (part.frameCount() > 0 && cutsBefore(frame)) {
            writePart();
        }
        if (part.frameCount() == 0) {
            partStartMicros = frame.ptsMicros();
        }
        part.add(frame);
    }

    private boolean cutsBefore(Frame frame) {
        long age = frame.ptsMicros() - partStartMicros;
        boolean entry = frame.trackIndex() == cutTrack && frame.keyframe();
        return (entry && age >= MIN_PART_MICROS) || age >= MAX_PART_MICROS || part.dataBytes() >= MAX_PART_BYTES;
    }

    private void writePart() throws IOException {
        part.settle();
        write(part);
        part = new ObjectSamples(formats);
    }

    /** Writes what is held and the index; the file is complete. Call it once. */
    public final void finish() throws IOException {
        if (part.frameCount() > 0) {
            writePart();
        }
        end();
    }

    /** Returns the tracks without samples, for the header. */
    final List<TrackSamples> emptyTracks() {
        return new ObjectSamples(formats).tracks();
    }

    /** Returns the number of the track whose keyframes the index lists. */
    final int cutTrackNumber() {
        return emptyTracks().stream()
                .filter(track -> track.format().trackIndex() == cutTrack)
                .mapToInt(TrackSamples::number)
                .findFirst()
                .orElseThrow();
    }

    final long position() throws IOException {
        return channel.position();
    }

    final void put(ByteBuffer bytes) throws IOException {
        ByteBuffer left = bytes.duplicate();
        while (left.hasRemaining()) {
            channel.write(left);
        }
    }

    /** Overwrites bytes at {@code position} and goes back to the end. */
    final void patch(long position, ByteBuffer bytes) throws IOException {
        long end = channel.position();
        channel.position(position);
        put(bytes);
        channel.position(end);
    }

    /** Writes settled samples. */
    abstract void write(ObjectSamples samples) throws IOException;

    /** Writes what comes behind the last samples. */
    abstract void end() throws IOException;
}
