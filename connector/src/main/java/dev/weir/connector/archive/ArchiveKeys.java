package dev.weir.connector.archive;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Locale;
import java.util.OptionalLong;

/** Names archive objects: {@code {prefix}{stream}/{epoch}/{first media time, 15 digits}.mp4}, manifest beside it. */
final class ArchiveKeys {
    static final String MANIFEST_EXTENSION = "json";
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

    static String fileName(long firstPtsMicros, String extension) {
        return String.format(Locale.ROOT, "%015d.%s", firstPtsMicros, extension);
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

    /** Returns where the manifest of an object in {@code folder} lies. */
    static String manifestKey(String folder, String object) {
        return folder + object.substring(0, object.lastIndexOf('.') + 1) + MANIFEST_EXTENSION;
    }

    static boolean isManifest(String key) {
        return key.endsWith("." + MANIFEST_EXTENSION);
    }

    /**
     * Makes one key segment of a stream id: bytes that are not safe in file names and URLs, and a leading dot, become
     * {@code %XX}. Different ids give different segments.
     */
    private static String segment(String streamId) {
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
