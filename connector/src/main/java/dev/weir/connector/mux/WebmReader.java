package dev.weir.connector.mux;

import dev.weir.webrtc.codec.Codec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Reads back the WebM and Matroska that we write (RFC 9559), strictly: every byte must belong to an element in its place,
 * times must not go back, every cue must point at a cluster. Times are milliseconds.
 */
public final class WebmReader {
    private static final int MILLIS_PER_SECOND = 1_000;

    private record Head(Codec codec, int widthPx, int heightPx, int channels) {}

    private record Block(long offset, int length, long millis, boolean keyframe) {}

    private final ByteBuffer file;
    private final Map<Integer, Head> heads = new TreeMap<>();
    private final Map<Integer, List<Block>> blocks = new TreeMap<>();
    private final Set<Long> clusterPositions = new HashSet<>();
    private long durationMillis;

    private WebmReader(ByteBuffer file) {
        this.file = file;
    }

    /**
     * Reads a whole file; {@code file} does not move.
     *
     * @throws MalformedMediaException when anything is not as we write it
     */
    public static MediaFile read(ByteBuffer file) throws MalformedMediaException {
        WebmReader reader = new WebmReader(file.slice());
        reader.file();
        return new MediaFile(reader.heads.keySet().stream().map(reader::track).toList());
    }

    private void file() throws MalformedMediaException {
        EbmlReader in = new EbmlReader(file, 0, 0, file.limit());
        in.next(MatroskaId.EBML);
        EbmlReader segment = in.next(MatroskaId.SEGMENT);
        if (in.hasNext()) {
            throw new MalformedMediaException("bytes behind the segment at " + in.position());
        }
        int content = segment.position();
        segment.next(MatroskaId.SEEK_HEAD);
        info(segment.next(MatroskaId.INFO));
        EbmlReader tracks = segment.next(MatroskaId.TRACKS);
        while (tracks.hasNext()) {
            track(tracks.next(MatroskaId.TRACK_ENTRY));
        }
        List<Long> cues = cues(segment.next(MatroskaId.CUES));
        while (segment.hasNext()) {
            clusterPositions.add((long) segment.position() - content);
            cluster(segment.next(MatroskaId.CLUSTER));
        }
        if (!clusterPositions.containsAll(cues)) {
            throw new MalformedMediaException("a cue points at no cluster: " + cues);
        }
    }

    private void info(EbmlReader info) throws MalformedMediaException {
        while (info.hasNext()) {
            EbmlReader element = info.next();
            if (element.id() == MatroskaId.DURATION) {
                durationMillis = Math.round(element.real());
            }
        }
    }

    private void track(EbmlReader entry) throws MalformedMediaException {
        int number = 0;
        String codecId = "";
        ByteBuffer codecPrivate = ByteBuffer.allocate(0);
        int[] size = new int[2];
        int channels = 0;
        while (entry.hasNext()) {
            EbmlReader element = entry.next();
            switch (element.id()) {
                case MatroskaId.TRACK_NUMBER -> number = (int) element.unsigned();
                case MatroskaId.CODEC_ID -> codecId = element.text();
                case MatroskaId.CODEC_PRIVATE -> codecPrivate = element.rest();
                case MatroskaId.VIDEO -> {
                    size[0] = (int) element.next(MatroskaId.PIXEL_WIDTH).unsigned();
                    size[1] = (int) element.next(MatroskaId.PIXEL_HEIGHT).unsigned();
                }
                case MatroskaId.AUDIO -> {
                    element.next(MatroskaId.SAMPLING_FREQUENCY);
                    channels = (int) element.next(MatroskaId.CHANNELS).unsigned();
                }
                default -> {}
            }
        }
        heads.put(number, new Head(codec(codecId, codecPrivate), size[0], size[1], channels));
        blocks.put(number, new ArrayList<>());
    }

    private static Codec codec(String id, ByteBuffer codecPrivate) throws MalformedMediaException {
        for (Codec codec : Codec.values()) {
            boolean aLaw = codecPrivate.hasRemaining() && codecPrivate.get(0) == 6;
            if (MatroskaCodec.id(codec).equals(id) && (codec != Codec.PCMU || !aLaw)) {
                return codec;
            }
        }
        throw new MalformedMediaException("unknown codec " + id);
    }

    private static List<Long> cues(EbmlReader cues) throws MalformedMediaException {
        List<Long> positions = new ArrayList<>();
        while (cues.hasNext()) {
            EbmlReader point = cues.next(MatroskaId.CUE_POINT);
            point.next(MatroskaId.CUE_TIME);
            EbmlReader track = point.next(MatroskaId.CUE_TRACK_POSITIONS);
            track.next(MatroskaId.CUE_TRACK);
            positions.add(track.next(MatroskaId.CUE_CLUSTER_POSITION).unsigned());
        }
        return positions;
    }

    private void cluster(EbmlReader cluster) throws MalformedMediaException {
        long clusterMillis = cluster.next(MatroskaId.TIMESTAMP).unsigned();
        while (cluster.hasNext()) {
            EbmlReader block = cluster.next(MatroskaId.SIMPLE_BLOCK);
            int number = block.u8() & 0x7F;
            long millis = clusterMillis + block.i16();
            boolean keyframe = (block.u8() & 0x80) != 0;
            List<Block> track = blocks.get(number);
            if (track == null || millis < 0) {
                throw new MalformedMediaException("block of track " + number + " at " + millis + " ms");
            }
            track.add(new Block(block.position(), block.length(), millis, keyframe));
        }
    }

    private MediaFile.Track track(int number) {
        Head head = heads.getOrDefault(number, new Head(Codec.OPUS, 0, 0, 0));
        List<Block> source = blocks.getOrDefault(number, List.of());
        List<MediaFile.Sample> samples = new ArrayList<>();
        long[] decode = source.stream().mapToLong(Block::millis).sorted().toArray();
        for (int i = 0; i < decode.length; i++) {
            Block block = source.get(i);
            long until = i + 1 < decode.length ? decode[i + 1] : Math.max(decode[i], durationMillis);
            samples.add(new MediaFile.Sample(
                    block.offset, block.length, decode[i], block.millis, until - decode[i], block.keyframe));
        }
        return new MediaFile.Track(
                number, head.codec, MILLIS_PER_SECOND, head.widthPx, head.heightPx, head.channels, samples);
    }
}
