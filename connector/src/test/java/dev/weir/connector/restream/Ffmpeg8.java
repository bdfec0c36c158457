package dev.weir.connector.restream;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** FFmpeg 8 from org.bytedeco, which reads Enhanced RTMP; Debian's cannot. */
final class Ffmpeg8 {
    private static final Path FOLDER = Path.of("target", "ffmpeg8").toAbsolutePath();
    private static final String RESOURCES = "/org/bytedeco/ffmpeg/linux-x86_64/";

    private Ffmpeg8() {}

    /** Returns the command, unpacked on first use. */
    static synchronized String command() throws IOException {
        Files.createDirectories(FOLDER);
        for (String name : List.of(
                "libavutil.so.60",
                "libswresample.so.6",
                "libswscale.so.9",
                "libavcodec.so.62",
                "libavformat.so.62",
                "libavfilter.so.11",
                "libavdevice.so.62",
                "libdrm.so.2",
                "libva.so.2",
                "libva-drm.so.2",
                "ffmpeg")) {
            Path file = FOLDER.resolve(name);
            if (!Files.exists(file)) {
                Path part = FOLDER.resolve(name + ".part");
                try (InputStream in = Objects.requireNonNull(
                        Ffmpeg8.class.getResourceAsStream(RESOURCES + name),
                        "org.bytedeco:ffmpeg is not among the test dependencies: build without -Dquick")) {
                    Files.deleteIfExists(part);
                    Files.copy(in, part);
                }
                if (!part.toFile().setExecutable(true)) {
                    throw new IOException("cannot make " + part + " executable");
                }
                Files.move(part, file);
            }
        }
        return FOLDER.resolve("ffmpeg").toString();
    }
}
