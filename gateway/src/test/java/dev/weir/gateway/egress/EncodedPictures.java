package dev.weir.gateway.egress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.webrtc.codec.Codec;
import dev.weir.webrtc.codec.H264Packetizer;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** A test picture that FFmpeg encoded in H264 or H265, with its parameter sets before every keyframe, and decodes again. */
final class EncodedPictures {
    static final int FRAMES = 15;
    static final int KEYFRAME_EVERY = 5;
    private static final int MOST_BYTES = 1_000;
    private static final String KEYFRAMES = "-g " + KEYFRAME_EVERY + " -bf 0";

    final Codec codec;
    /** MD5 of each decoded picture. */
    final List<String> md5;

    private final Path folder;
    /** NAL units without start codes, frame by frame; the first of every keyframe are its parameter sets. */
    private final List<List<ByteBuffer>> frames = new ArrayList<>();

    /** Takes the payload of one RTP packet; the last one of a frame has the marker. */
    interface Packets {
        void take(ByteBuffer payload, boolean marker);
    }

    EncodedPictures(Codec codec, Path folder) throws Exception {
        this.codec = codec;
        this.folder = folder;
        String encoder = codec == Codec.H264
                ? "libx264 -preset ultrafast -threads 1 " + KEYFRAMES
                : "libx265 -preset ultrafast -x265-params log-level=error:pools=1:frame-threads=1:scenecut=0 "
                        + KEYFRAMES;
        ffmpeg("-f lavfi -i testsrc2=size=320x240:rate=10 -frames:v " + FRAMES + " -pix_fmt yuv420p -c:v " + encoder
                + " -f " + format() + " source");
        byte[] annexB = Files.readAllBytes(folder.resolve("source"));
        md5 = decode(annexB);
        assertThat(md5).hasSize(FRAMES).doesNotHaveDuplicates();
        List<ByteBuffer> frame = new ArrayList<>();
        for (ByteBuffer unit : units(ByteBuffer.wrap(annexB))) {
            if (isParameterSet(type(unit)) || isSlice(type(unit))) {
                frame.add(unit);
            }
            if (isSlice(type(unit))) {
                frames.add(List.copyOf(frame));
                frame.clear();
            }
        }
        assertThat(frames).hasSize(FRAMES);
    }

    private String format() {
        return codec == Codec.H264 ? "h264" : "hevc";
    }

    /** Returns the type of the NAL unit, or of the RTP payload, that begins at the buffer's position. */
    int type(ByteBuffer unit) {
        int first = unit.get(unit.position());
        return codec == Codec.H264 ? first & 0x1F : (first >> 1) & 0x3F;
    }

    private boolean isSlice(int type) {
        return codec == Codec.H264 ? type == 1 || type == 5 : type < 32;
    }

    private boolean isParameterSet(int type) {
        return parameterSetTypes().contains(type);
    }

    /** Returns the types of the sets that a keyframe needs, in their order. */
    List<Integer> parameterSetTypes() {
        return codec == Codec.H264 ? List.of(7, 8) : List.of(32, 33, 34);
    }

    /** Returns the first parameter set of the stream. */
    ByteBuffer firstSet() {
        return frames.get(0).get(0);
    }

    /** Returns the sets as a publisher's SDP tells them. */
    String sprop() {
        List<String> sets = frames.get(0).stream()
                .filter(unit -> isParameterSet(type(unit)))
                .map(unit -> Base64.getEncoder().encodeToString(bytes(unit)))
                .toList();
        return codec == Codec.H264
                ? "sprop-parameter-sets=" + String.join(",", sets)
                : "sprop-vps=" + sets.get(0) + ";sprop-sps=" + sets.get(1) + ";sprop-pps=" + sets.get(2);
    }

    private static byte[] bytes(ByteBuffer unit) {
        byte[] bytes = new byte[unit.remaining()];
        unit.get(unit.position(), bytes);
        return bytes;
    }

    /** Packetizes a frame, without its parameter sets unless they are wanted. */
    void packetize(int index, boolean withSets, Packets out) {
        List<ByteBuffer> units = frames.get(index).stream()
                .filter(unit -> withSets || isSlice(type(unit)))
                .toList();
        if (codec == Codec.H264) {
            ByteBuffer annexB = ByteBuffer.allocate(100_000);
            units.forEach(unit -> annexB.putInt(1).put(unit.duplicate()));
            new H264Packetizer(MOST_BYTES).packetizeAnnexB(annexB.flip(), out::take);
        } else {
            for (ByteBuffer unit : units) {
                packetizeH265(unit, units.indexOf(unit) == units.size() - 1, out);
            }
        }
    }

    /** Single NAL unit packets and fragmentation units (RFC 7798 sections 4.4.1 and 4.4.3). */
    private static void packetizeH265(ByteBuffer unit, boolean last, Packets out) {
        if (unit.remaining() <= MOST_BYTES) {
            out.take(unit.duplicate(), last);
            return;
        }
        int first = unit.get(unit.position());
        int end = unit.limit();
        for (int at = unit.position() + 2; at < end; at += MOST_BYTES) {
            int length = Math.min(MOST_BYTES, end - at);
            boolean starts = at == unit.position() + 2;
            boolean ends = at + length == end;
            ByteBuffer fragment = ByteBuffer.allocate(3 + length)
                    .put((byte) ((first & 0x81) | (49 << 1)))
                    .put(unit.get(unit.position() + 1))
                    .put((byte) ((starts ? 0x80 : 0) | (ends ? 0x40 : 0) | ((first >> 1) & 0x3F)))
                    .put(unit.slice(at, length))
                    .flip();
            out.take(fragment, last && ends);
        }
    }

    private static List<ByteBuffer> units(ByteBuffer annexB) {
        List<ByteBuffer> units = new ArrayList<>();
        int start = -1;
        for (int at = 0; at + 2 < annexB.limit(); at++) {
            if (annexB.get(at) == 0 && annexB.get(at + 1) == 0 && annexB.get(at + 2) == 1) {
                if (start >= 0) {
                    units.add(annexB.slice(start, (annexB.get(at - 1) == 0 ? at - 1 : at) - start));
                }
                start = at + 3;
            }
        }
        units.add(annexB.slice(start, annexB.limit() - start));
        return units;
    }

    /** Returns the MD5 of each picture; anything that FFmpeg complains of fails. */
    List<String> decode(byte[] annexB) throws Exception {
        Files.write(folder.resolve("in"), annexB);
        ffmpeg("-f " + format() + " -i in -f framemd5 out.txt");
        return Files.readAllLines(folder.resolve("out.txt")).stream()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.substring(line.lastIndexOf(',') + 1).strip())
                .toList();
    }

    private void ffmpeg(String arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("ffmpeg", "-nostdin", "-v", "error", "-y"));
        command.addAll(List.of(arguments.split(" ")));
        Path errors = folder.resolve("errors.txt");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectError(errors.toFile())
                .start();
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readAllLines(errors).stream()
                        .filter(line -> !line.isBlank())
                        .collect(Collectors.joining("\n")))
                .isEmpty();
        assertThat(process.exitValue()).isZero();
    }

    @Override
    public String toString() {
        return codec.encodingName().toUpperCase(Locale.ROOT);
    }
}
