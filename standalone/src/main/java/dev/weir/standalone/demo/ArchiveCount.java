package dev.weir.standalone.demo;

import dev.weir.connector.mux.MalformedMediaException;
import dev.weir.connector.mux.MediaFile;
import dev.weir.connector.mux.MediaFile.Sample;
import dev.weir.connector.mux.MediaFile.Track;
import dev.weir.webrtc.rtp.MediaKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * What the archived files of one epoch hold, parsed back from their bytes.
 *
 * @param files media files
 * @param bytes their length
 * @param videoFrames pictures in them
 * @param keyframes those marked as keyframes
 * @param audioFrames audio packets in them
 * @param durationMillis media time of the longest track, summed over the files
 */
record ArchiveCount(int files, long bytes, long videoFrames, long keyframes, long audioFrames, long durationMillis) {

    static final ArchiveCount NOTHING = new ArchiveCount(0, 0, 0, 0, 0, 0);

    private static final String PLAYLIST = "index.m3u8";

    /** Waits until the sink has written the end into the playlist of {@code folder}; false if it has not in time. */
    static boolean awaitEnd(Path folder, Duration patience) throws IOException, InterruptedException {
        long start = System.nanoTime();
        Path playlist = folder.resolve(PLAYLIST);
        while (!(Files.exists(playlist) && Files.readString(playlist).contains("#EXT-X-ENDLIST"))) {
            if (System.nanoTime() - start > patience.toNanos()) {
                return false;
            }
            Thread.sleep(50);
        }
        return true;
    }

    /**
     * Reads every media file in {@code folder}; a folder that does not exist holds none.
     *
     * @throws MalformedMediaException if a file is not as it must be
     */
    static ArchiveCount read(Path folder) throws IOException, MalformedMediaException {
        ArchiveCount sum = NOTHING;
        for (Path file : mediaFiles(folder)) {
            sum = sum.plus(ByteBuffer.wrap(Files.readAllBytes(file)));
        }
        return sum;
    }

    private static List<Path> mediaFiles(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().matches(".*\\.(mp4|webm|mkv)"))
                    .sorted()
                    .toList();
        }
    }

    private ArchiveCount plus(ByteBuffer file) throws MalformedMediaException {
        MediaFile media = MediaFile.read(file);
        long video = 0;
        long keys = 0;
        long audio = 0;
        long longestMicros = 0;
        for (Track track : media.tracks()) {
            if (track.codec().kind() == MediaKind.VIDEO) {
                video += track.samples().size();
                keys += track.samples().stream().filter(Sample::keyframe).count();
            } else {
                audio += track.samples().size();
            }
            longestMicros = Math.max(longestMicros, track.durationMicros());
        }
        return new ArchiveCount(
                files + 1,
                bytes + file.remaining(),
                videoFrames + video,
                keyframes + keys,
                audioFrames + audio,
                durationMillis + longestMicros / 1_000);
    }
}
