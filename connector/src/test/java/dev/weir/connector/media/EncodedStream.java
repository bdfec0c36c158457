package dev.weir.connector.media;

import dev.weir.webrtc.codec.Codec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * An elementary stream that FFmpeg encoded from a test picture or tone.
 *
 * @param codec the codec
 * @param ticksPerUnit RTP ticks between two units
 * @param units the frames in decoding order: NAL units behind start codes, IVF frames, Opus packets
 */
public record EncodedStream(Codec codec, int ticksPerUnit, List<ByteBuffer> units) {

    /**
     * Encodes moving H264 with B-frames at 25 frames/s and a keyframe every second.
     *
     * @param order gets the place of each unit among the pictures as they are shown
     */
    public static EncodedStream reordered(Path folder, int seconds, List<Integer> order) {
        for (String file : List.of("reordered.bin", "reordered.mkv")) {
            List<String> command = new ArrayList<>(List.of("-f", "lavfi", "-i", picture(320, 180)));
            command.addAll(List.of("-t", Integer.toString(seconds), "-pix_fmt", "yuv420p", "-threads", "1"));
            command.addAll(List.of("-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-g", "25"));
            command.addAll(List.of("-x264-params", "aud=1:b-adapt=0:scenecut=0:open-gop=0"));
            command.addAll(List.of("-f", file.endsWith("bin") ? "h264" : "matroska", file));
            Ffmpeg.ffmpeg(folder, command.toArray(String[]::new));
        }
        Ffmpeg.ffprobe(folder, "-show_entries", "packet=pts_time", "reordered.mkv")
                .lines()
                .filter(line -> !line.isBlank())
                .forEach(line -> order.add((int) Math.round(Double.parseDouble(line.replace(",", "")) * 25)));
        return new EncodedStream(Codec.H264, 3_600, accessUnits(read(folder.resolve("reordered.bin")), 0x1F, 0, 9));
    }

    /** Encodes moving video at 25 frames/s with a keyframe every {@code gop} frames. */
    public static EncodedStream video(Path folder, Codec codec, String source, int seconds, int gop) {
        String group = Integer.toString(gop);
        List<String> options = switch (codec) {
            case H264 ->
                List.of(
                        "-c:v",
                        "libx264",
                        "-preset",
                        "ultrafast",
                        "-profile:v",
                        "baseline",
                        "-bf",
                        "0",
                        "-g",
                        group,
                        "-keyint_min",
                        group,
                        "-sc_threshold",
                        "0",
                        "-x264-params",
                        "aud=1",
                        "-f",
                        "h264");
            case H265 ->
                List.of(
                        "-c:v",
                        "libx265",
                        "-preset",
                        "ultrafast",
                        "-x265-params",
                        "bframes=0:aud=1:repeat-headers=1:log-level=none:scenecut=0:keyint=" + group + ":min-keyint="
                                + group,
                        "-f",
                        "hevc");
            case VP8 ->
                List.of(
                        "-c:v",
                        "libvpx",
                        "-deadline",
                        "realtime",
                        "-cpu-used",
                        "8",
                        "-auto-alt-ref",
                        "0",
                        "-g",
                        group,
                        "-keyint_min",
                        group,
                        "-f",
                        "ivf");
            case VP9 ->
                List.of(
                        "-c:v",
                        "libvpx-vp9",
                        "-deadline",
                        "realtime",
                        "-cpu-used",
                        "8",
                        "-lag-in-frames",
                        "0",
                        "-g",
                        group,
                        "-keyint_min",
                        group,
                        "-f",
                        "ivf");
            case AV1 ->
                List.of(
                        "-c:v",
                        "libaom-av1",
                        "-usage",
                        "realtime",
                        "-cpu-used",
                        "8",
                        "-lag-in-frames",
                        "0",
                        "-g",
                        group,
                        "-keyint_min",
                        group,
                        "-f",
                        "ivf");
            case OPUS, PCMU, PCMA -> throw new IllegalArgumentException(codec.toString());
        };
        List<String> command = new ArrayList<>(List.of("-f", "lavfi", "-i", source, "-t", Integer.toString(seconds)));
        command.addAll(List.of("-pix_fmt", "yuv420p", "-threads", "1"));
        command.addAll(options);
        command.add("video.bin");
        Ffmpeg.ffmpeg(folder, command.toArray(String[]::new));
        byte[] bytes = read(folder.resolve("video.bin"));
        List<ByteBuffer> units = switch (codec) {
            case H264 -> accessUnits(bytes, 0x1F, 0, 9);
            case H265 -> accessUnits(bytes, 0x3F, 1, 35);
            default -> ivfFrames(bytes);
        };
        return new EncodedStream(codec, 3_600, units);
    }

    /** A moving test picture of the given size. */
    public static String picture(int widthPx, int heightPx) {
        return String.format(Locale.ROOT, "testsrc2=size=%dx%d:rate=25", widthPx, heightPx);
    }

    /** Encodes audio in packets of 20 ms. */
    public static EncodedStream audio(Path folder, Codec codec, String source, int seconds) {
        String duration = Integer.toString(seconds);
        if (codec == Codec.OPUS) {
            Ffmpeg.ffmpeg(
                    folder,
                    "-f",
                    "lavfi",
                    "-i",
                    source,
                    "-t",
                    duration,
                    "-ac",
                    "2",
                    "-c:a",
                    "libopus",
                    "-b:a",
                    "32k",
                    "-f",
                    "ogg",
                    "audio.bin");
            return new EncodedStream(codec, 960, oggPackets(read(folder.resolve("audio.bin"))));
        }
        String format = codec == Codec.PCMU ? "mulaw" : "alaw";
        Ffmpeg.ffmpeg(
                folder,
                "-f",
                "lavfi",
                "-i",
                source,
                "-t",
                duration,
                "-ac",
                "1",
                "-ar",
                "8000",
                "-c:a",
                "pcm_" + format,
                "-f",
                format,
                "audio.bin");
        byte[] bytes = read(folder.resolve("audio.bin"));
        List<ByteBuffer> units = new ArrayList<>();
        for (int at = 0; at + 160 <= bytes.length; at += 160) {
            units.add(ByteBuffer.wrap(bytes, at, 160).slice());
        }
        return new EncodedStream(codec, 160, units);
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Cuts Annex B at access unit delimiters. */
    private static List<ByteBuffer> accessUnits(byte[] bytes, int typeMask, int typeShift, int delimiter) {
        List<Integer> starts = new ArrayList<>();
        for (int at = 0; at + 4 < bytes.length; at++) {
            boolean startCode = bytes[at] == 0 && bytes[at + 1] == 0 && bytes[at + 2] == 0 && bytes[at + 3] == 1;
            if (startCode && (bytes[at + 4] >> typeShift & typeMask) == delimiter) {
                starts.add(at);
            }
        }
        starts.add(bytes.length);
        List<ByteBuffer> units = new ArrayList<>();
        for (int i = 0; i + 1 < starts.size(); i++) {
            units.add(ByteBuffer.wrap(bytes, starts.get(i), starts.get(i + 1) - starts.get(i))
                    .slice());
        }
        return units;
    }

    private static List<ByteBuffer> ivfFrames(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        List<ByteBuffer> frames = new ArrayList<>();
        for (int at = in.getShort(6); at < bytes.length; ) {
            int length = in.getInt(at);
            frames.add(ByteBuffer.wrap(bytes, at + 12, length).slice());
            at += 12 + length;
        }
        return frames;
    }

    /** Takes the packets out of the pages (RFC 3533), without the two header packets (RFC 7845). */
    private static List<ByteBuffer> oggPackets(byte[] bytes) {
        List<ByteBuffer> packets = new ArrayList<>();
        ByteBuffer open = ByteBuffer.allocate(65_536);
        for (int at = 0; at < bytes.length; ) {
            int segments = bytes[at + 26] & 0xFF;
            int data = at + 27 + segments;
            for (int i = 0; i < segments; i++) {
                int length = bytes[at + 27 + i] & 0xFF;
                open.put(bytes, data, length);
                data += length;
                if (length < 255) {
                    byte[] packet = new byte[open.position()];
                    open.flip().get(packet);
                    open.clear();
                    packets.add(ByteBuffer.wrap(packet));
                }
            }
            at = data;
        }
        return packets.subList(2, packets.size());
    }
}
