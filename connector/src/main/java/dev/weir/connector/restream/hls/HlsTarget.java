package dev.weir.connector.restream.hls;

import dev.weir.connector.assemble.Frame;
import dev.weir.connector.assemble.TrackFormat;
import dev.weir.connector.mux.ContainerWriter;
import dev.weir.connector.mux.FragmentRange;
import dev.weir.connector.restream.CheckedSockets;
import dev.weir.connector.restream.TargetUrl;
import dev.weir.connector.restream.frame.FrameTarget;
import dev.weir.connector.restream.frame.OutputFrame;
import dev.weir.connector.restream.frame.OutputTrack;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Pushes HLS by HTTP PUT: CMAF segments of the archive's muxer, their initialization, and a live playlist after each
 * segment. Old segments are deleted. One thread.
 */
public final class HlsTarget implements FrameTarget {
    private static final String PLAYLIST = "application/vnd.apple.mpegurl";
    private static final long NO_OFFSET = 0;
    /** A longer time without any media is not part of a segment, whose duration it would falsify. */
    private static final long HOLE_MICROS = 1_000_000;

    /** What goes on over connections: the playlist and its numbers. */
    public static final class Series {
        private final LivePlaylist playlist;

        /** Begins at a number of segments that grows from run to run, such as the seconds since 1970. */
        public Series(long firstSequence) {
            playlist = new LivePlaylist(firstSequence);
        }
    }

    private final HlsUpload upload;
    private final LivePlaylist playlist;
    private final String playlistName;
    private final String base;
    private final long segmentMicros;
    private final AtomicBoolean aborted = new AtomicBoolean();
    private Optional<TrackFormat> video = Optional.empty();
    private Optional<TrackFormat> audio = Optional.empty();
    private Optional<ContainerWriter> open = Optional.empty();
    private Optional<TrackFormat> nextVideo = Optional.empty();
    private String map = "";
    private List<TrackFormat> mapFormats = List.of();
    private boolean discontinuity = true;
    private long startMicros;
    private long endMicros;
    private long bytes;

    /**
     * Prepares; the first request comes with the first segment.
     *
     * @param segmentMicros least duration of a segment
     */
    public HlsTarget(TargetUrl url, CheckedSockets sockets, String token, Series series, long segmentMicros)
            throws IOException {
        sockets.guard().resolve(url.host());
        this.upload = new HlsUpload(url, sockets, token);
        this.playlist = series.playlist;
        this.segmentMicros = segmentMicros;
        this.playlistName = url.path().substring(url.path().lastIndexOf('/') + 1);
        this.base = playlistName.substring(0, playlistName.lastIndexOf('.'));
    }

    @Override
    public void start(Optional<OutputTrack> videoTrack, Optional<OutputTrack> audioTrack) throws IOException {
        video = videoTrack.flatMap(OutputTrack::format);
        audio = audioTrack.flatMap(OutputTrack::format);
        if (!writer().isHls()) {
            throw new IOException("HLS carries H264, H265, VP9, AV1 and Opus, not "
                    + videoTrack.or(() -> audioTrack).map(OutputTrack::codec).orElseThrow());
        }
    }

    private ContainerWriter writer() {
        List<TrackFormat> formats = new ArrayList<>();
        video.ifPresent(formats::add);
        audio.ifPresent(formats::add);
        return ContainerWriter.of(formats);
    }

    @Override
    public void videoChanged(OutputTrack changed) {
        nextVideo = changed.format();
    }

    @Override
    public void frame(OutputFrame frame) throws IOException {
        boolean entry = video.isEmpty() || (frame.video() && frame.keyframe());
        boolean hole = open.isPresent() && frame.ptsMicros() - endMicros > HOLE_MICROS;
        boolean due = nextVideo.isPresent() || frame.ptsMicros() - startMicros >= segmentMicros;
        if (hole || (open.isPresent() && entry && due)) {
            endMicros = hole ? endMicros : frame.ptsMicros();
            push();
            discontinuity = hole;
        }
        if (frame.video() && nextVideo.isPresent() && open.isEmpty()) {
            video = nextVideo;
            nextVideo = Optional.empty();
        }
        if (open.isEmpty()) {
            if (!entry) {
                return;
            }
            open = Optional.of(writer());
            startMicros = frame.ptsMicros();
        }
        TrackFormat format = (frame.video() ? video : audio).orElseThrow();
        int rate = format.clockRateHz();
        long ticks = ticks(frame.ptsMicros(), rate);
        open.get()
                .add(new Frame(
                        format.trackIndex(),
                        rate,
                        ticks,
                        ticks(frame.ptsMicros() + frame.durationMicros(), rate) - ticks,
                        frame.keyframe(),
                        frame.data(),
                        NO_OFFSET,
                        NO_OFFSET));
        endMicros = Math.max(endMicros, frame.ptsMicros() + frame.durationMicros());
    }

    private static long ticks(long micros, int rateHz) {
        return Math.round(micros * (double) rateHz / 1_000_000);
    }

    private void push() throws IOException {
        ContainerWriter writer = open.orElseThrow();
        open = Optional.empty();
        ByteBuffer object = writer.finish();
        long number = playlist.next();
        if (map.isEmpty() || !writer.formats().equals(mapFormats)) {
            discontinuity |= !map.isEmpty();
            map = base + "-" + number + "-init.mp4";
            mapFormats = writer.formats();
            upload.put(map, writer.contentType(), slice(object, List.of(writer.initialization())));
        }
        String name = base + "-" + number + ".m4s";
        ByteBuffer segment = slice(object, writer.fragments());
        upload.put(name, writer.contentType(), segment);
        bytes += segment.remaining();
        List<String> unused = playlist.add(name, map, endMicros - startMicros, discontinuity);
        discontinuity = false;
        upload.put(playlistName, PLAYLIST, ByteBuffer.wrap(playlist.text().getBytes(StandardCharsets.UTF_8)));
        for (String old : unused) {
            upload.delete(old);
        }
    }

    /** Returns what consecutive ranges cover: an object is a whole file around its CMAF header and fragments. */
    private static ByteBuffer slice(ByteBuffer object, List<FragmentRange> ranges) {
        long length = ranges.stream().mapToLong(FragmentRange::length).sum();
        return object.slice(Math.toIntExact(ranges.get(0).offset()), Math.toIntExact(length));
    }

    @Override
    public void tick() throws IOException {
        if (aborted.get()) {
            throw new IOException("broken off");
        }
    }

    /** Each object is a request of its own: before the first one nothing is known of the server. */
    @Override
    public boolean isAccepted() {
        return bytesSent() > 0;
    }

    @Override
    public long bytesSent() {
        return bytes;
    }

    @Override
    public void abort() {
        aborted.set(true);
        upload.abort();
    }

    @Override
    public void close() {
        open = Optional.empty();
        upload.close();
    }
}
