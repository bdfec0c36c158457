package dev.weir.connector.archive;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * Names what belongs to an epoch: playlist and manifests lie in {@code {prefix}{stream}/{epoch}/}, where a restarted task
 * finds them; the objects that they tell of lie where a {@link KeyTemplate} says.
 */
final class ArchiveKeys {
    static final String MANIFEST_EXTENSION = "json";
    private static final String KEYFRAMES_SUFFIX = ".keyframes.json";
    static final String PLAYLIST = "index.m3u8";

    private ArchiveKeys() {}

    /** Returns the folder of a stream, with a slash at its end. */
    static String streamFolder(String prefix, String streamId) {
        return prefix + segment(streamId) + "/";
    }

    /** Returns the folder of an epoch, with a slash at its end. */
    static String epochFolder(String prefix, String streamId, long epoch) {
        return streamFolder(prefix, streamId) + epoch + "/";
    }

    /** Returns a media time as it stands in names: sorted as text, earlier is less. */
    static String time(long ptsMicros) {
        return String.format(Locale.ROOT, "%015d", ptsMicros);
    }

    /** Returns the epoch that a key below the stream's folder belongs to. */
    static OptionalLong epochOf(String streamFolder, String key) {
        int end = key.indexOf('/', streamFolder.length());
        if (end < 0) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(Long.parseLong(key.substring(streamFolder.length(), end)));
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    /** Returns where the manifest of the object that {@code firstPtsMicros} names lies in the epoch's folder. */
    static String manifestKey(String folder, long firstPtsMicros) {
        return folder + time(firstPtsMicros) + "." + MANIFEST_EXTENSION;
    }

    /** Returns where the index of keyframes lies of the object that {@code firstPtsMicros} names. */
    static String keyframesKey(String folder, long firstPtsMicros) {
        return folder + time(firstPtsMicros) + KEYFRAMES_SUFFIX;
    }

    /** Returns where the picture of a keyframe lies. */
    static String thumbnailKey(String folder, long ptsMicros) {
        return folder + time(ptsMicros) + ".jpg";
    }

    /** Returns the way from a folder, which ends in a slash, to a key: {@code ../} for each step up. */
    static String relative(String folder, String key) {
        int common = 0;
        for (int slash = folder.indexOf('/'); slash >= 0; slash = folder.indexOf('/', slash + 1)) {
            if (key.startsWith(folder.substring(0, slash + 1))) {
                common = slash + 1;
            }
        }
        long up = folder.substring(common).chars().filter(c -> c == '/').count();
        return "../".repeat((int) up) + key.substring(common);
    }

    /**
     * Returns the key that {@link #relative} made {@code way} from.
     *
     * @throws IOException when it leads out of the archive
     */
    static String resolve(String folder, String way) throws IOException {
        String from = folder;
        String rest = way;
        while (rest.startsWith("../") && !from.isEmpty()) {
            from = from.substring(0, from.lastIndexOf('/', from.length() - 2) + 1);
            rest = rest.substring(3);
        }
        if (rest.isEmpty() || rest.startsWith("/") || ("/" + rest + "/").contains("/../")) {
            throw new IOException("not the place of an object: " + way);
        }
        return from + rest;
    }

    /** Returns a way as a relative URI: what escaped a stream's id is itself escaped. */
    static String uri(String way) {
        return way.replace("%", "%25");
    }

    static boolean isManifest(String key) {
        return key.endsWith("." + MANIFEST_EXTENSION) && !key.endsWith(KEYFRAMES_SUFFIX);
    }

    /**
     * Makes one key segment of a stream id: bytes that are not safe in file names and URLs, and a leading dot, become
     * {@code %XX}. Different ids give different segments.
     */
    static String segment(String streamId) {
        StringBuilder segment = new StringBuilder();
        for (byte b : streamId.getBytes(UTF_8)) {
            char c = (char) (b & 0xFF);
            boolean letterOrDigit = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            boolean safe = letterOrDigit || "_~-".indexOf(c) >= 0 || (c == '.' && !segment.isEmpty());
            if (safe) {
                segment.append(c);
            } else {
                segment.append('%').append(String.format(Locale.ROOT, "%02X", (int) c));
            }
        }
        return segment.toString();
    }
}
