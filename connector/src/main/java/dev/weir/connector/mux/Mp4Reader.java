package dev.weir.connector.mux;

import dev.weir.webrtc.codec.Codec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads back the MP4 that {@link Mp4Writer} writes (ISO/IEC 14496-12), strictly: every byte must belong to a box in its place,
 * the samples of a fragment must fill its mdat exactly, decode times must not go back, the sample tables must tell the same.
 */
public final class Mp4Reader {
    private static final int RUN_DATA_OFFSET_DURATION_SIZE_FLAGS = 0x701;
    private static final int RUN_COMPOSITION_OFFSET = 0x800;
    private static final int SAMPLE_IS_NON_SYNC = 0x1_0000;

    /** A track while its fragments are read. */
    private static final class OpenTrack {
        private final int number;
        private int clockRateHz;
        private int widthPx;
        private int heightPx;
        private int channels;
        private Codec codec = Codec.OPUS;
        private final List<MediaFile.Sample> samples = new ArrayList<>();

        OpenTrack(int number) {
            this.number = number;
        }

        MediaFile.Track close() {
            return new MediaFile.Track(number, codec, clockRateHz, widthPx, heightPx, channels, samples);
        }
    }

    private final ByteBuffer file;
    private final Map<Integer, OpenTrack> tracks = new TreeMap<>();

    private Mp4Reader(ByteBuffer file) {
        this.file = file;
    }

    /**
     * Reads a whole file; {@code file} does not move.
     *
     * @throws MalformedMediaException when anything is not as we write it
     */
    public static MediaFile read(ByteBuffer file) throws MalformedMediaException {
        Mp4Reader reader = new Mp4Reader(file.slice());
        reader.file();
        return new MediaFile(
                reader.tracks.values().stream().map(OpenTrack::close).toList());
    }

    private void file() throws MalformedMediaException {
        BoxReader whole = new BoxReader(file, "file", 0, file.limit());
        whole.next("ftyp");
        BoxReader described = whole.next("moov");
        BoxReader in = whole.next("mdat");
        whole.done();
        in.next("ftyp");
        movie(in.next("moov"));
        while (in.hasNext()) {
            int start = in.position();
            fragment(in.next("moof"), start, in.next("mdat"));
        }
        described.next("mvhd");
        for (OpenTrack track : tracks.values()) {
            new Mp4TableReader(track.number, track.samples).read(described.next("trak"));
        }
        described.done();
    }

    private void movie(BoxReader movie) throws MalformedMediaException {
        movie.next("mvhd");
        while (movie.peekType().equals("trak")) {
            track(movie.next());
        }
        BoxReader extension = movie.next("mvex");
        extension.next("mehd");
        for (OpenTrack track : tracks.values()) {
            if (extension.next("trex").skip(4).u32() != track.number) {
                throw new MalformedMediaException("no trex for track " + track.number);
            }
        }
        extension.done();
        movie.done();
    }

    private void track(BoxReader trak) throws MalformedMediaException {
        int number = trak.next("tkhd").skip(20).i32();
        OpenTrack track = new OpenTrack(number);
        BoxReader media = trak.next("mdia");
        trak.done();
        track.clockRateHz = media.next("mdhd").skip(20).i32();
        media.next("hdlr");
        BoxReader information = media.next("minf");
        media.done();
        information.next();
        information.next("dinf");
        BoxReader table = information.next("stbl");
        information.done();
        BoxReader description = table.next("stsd").skip(8);
        sampleEntry(description.next(), track);
        description.done();
        if (track.clockRateHz <= 0 || tracks.put(number, track) != null) {
            throw new MalformedMediaException("track " + number + " twice or without a clock rate");
        }
    }

    private static void sampleEntry(BoxReader entry, OpenTrack track) throws MalformedMediaException {
        for (SampleEntry known : SampleEntry.values()) {
            if (known.type().equals(entry.name())) {
                track.codec = known.codec();
                if (known == SampleEntry.OPUS) {
                    track.channels = entry.skip(16).u16();
                    entry.skip(10);
                } else {
                    track.widthPx = entry.skip(24).u16();
                    track.heightPx = entry.u16();
                    entry.skip(50);
                }
                entry.next(known.configuration());
                entry.done();
                return;
            }
        }
        throw new MalformedMediaException("unknown sample entry " + entry.name());
    }

    private void fragment(BoxReader fragment, int start, BoxReader data) throws MalformedMediaException {
        fragment.next("mfhd");
        int at = data.position();
        while (fragment.hasNext()) {
            at = trackFragment(fragment.next("traf"), start, at);
        }
        if (at != data.end()) {
            throw new MalformedMediaException(
                    String.format(Locale.ROOT, "samples end at %d, their mdat at %d", at, data.end()));
        }
    }

    private int trackFragment(BoxReader fragment, int start, int dataAt) throws MalformedMediaException {
        int number = fragment.next("tfhd").skip(4).i32();
        OpenTrack track = tracks.get(number);
        if (track == null) {
            throw new MalformedMediaException("fragment of unknown track " + number);
        }
        long decode = fragment.next("tfdt").skip(4).u64();
        int last = track.samples.size() - 1;
        if (last >= 0
                && decode
                        < track.samples.get(last).dtsTicks()
                                + track.samples.get(last).durationTicks()) {
            throw new MalformedMediaException("track " + number + " goes back to " + decode);
        }
        BoxReader run = fragment.next("trun");
        fragment.done();
        int flags = run.i32() & 0xFF_FFFF;
        int count = run.i32();
        if ((flags & ~RUN_COMPOSITION_OFFSET) != RUN_DATA_OFFSET_DURATION_SIZE_FLAGS || start + run.i32() != dataAt) {
            throw new MalformedMediaException("trun of track " + number + " points elsewhere");
        }
        int at = dataAt;
        for (int i = 0; i < count; i++) {
            long duration = run.u32();
            int length = run.i32();
            boolean keyframe = (run.u32() & SAMPLE_IS_NON_SYNC) == 0;
            long pts = decode + ((flags & RUN_COMPOSITION_OFFSET) != 0 ? run.i32() : 0);
            track.samples.add(new MediaFile.Sample(at, length, decode, pts, duration, keyframe));
            at = Math.addExact(at, length);
            decode += duration;
        }
        run.done();
        return at;
    }
}
