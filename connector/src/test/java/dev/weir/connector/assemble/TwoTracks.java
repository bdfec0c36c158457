package dev.weir.connector.assemble;

import dev.weir.connector.media.EncodedStream;
import dev.weir.connector.media.LogOf;
import dev.weir.connector.media.LogOf.Timing;
import dev.weir.webrtc.codec.Codec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Ten seconds of pictures and of a tone from real encoders, encoded once for all tests. */
final class TwoTracks {
    static final EncodedStream VIDEO;
    static final EncodedStream AUDIO;

    private static final int SECONDS = 10;

    static {
        try {
            Path folder = Files.createTempDirectory("weir-two-tracks-");
            VIDEO = EncodedStream.video(folder, Codec.VP8, EncodedStream.picture(160, 120), SECONDS, 25);
            AUDIO = EncodedStream.audio(folder, Codec.OPUS, "sine=frequency=440", SECONDS);
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private TwoTracks() {}

    /** Both from the same moment on. */
    static LogOf log() {
        return new LogOf().track(VIDEO, Timing.DIRECT).track(AUDIO, Timing.DIRECT);
    }
}
