package dev.weir.connector.restream.packet;

import dev.weir.schemas.TrackInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Writes the session description (RFC 8866) with which a receiver understands the packets. */
final class SessionFile {
    private static final int SPS = 7;
    private static final int PPS = 8;
    private static final Set<PosixFilePermission> OWNER = PosixFilePermissions.fromString("rw-------");

    private SessionFile() {}

    /**
     * Replaces the file in one step.
     *
     * @param secret whether only this process's user may read it, because keys are in it
     */
    static void write(Path file, String text, boolean secret) throws IOException {
        Path absolute = file.toAbsolutePath();
        Path folder = absolute.getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        Path temporary = absolute.resolveSibling(absolute.getFileName() + ".tmp");
        if (secret) {
            Files.deleteIfExists(temporary);
            Files.createFile(temporary, PosixFilePermissions.asFileAttribute(OWNER));
        }
        Files.writeString(temporary, text, StandardCharsets.UTF_8);
        Files.move(temporary, absolute, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    static int payloadType(int track) {
        return 96 + track;
    }

    /**
     * Returns a description.
     *
     * @param host where the packets go
     * @param firstPort port of the first track, the others follow at a distance of two; 0 when the control protocol says it
     * @param control whether each track gets a control URL (RFC 2326 appendix C)
     * @param keys what the packets are encrypted with (RFC 4568), if they are
     */
    static String text(String host, int firstPort, boolean control, List<TrackInfo> tracks, Optional<SdesKeys> keys) {
        String family = host.indexOf(':') >= 0 ? "IP6" : "IP4";
        StringBuilder text = new StringBuilder("v=0\r\no=- 1 1 IN ")
                .append(family)
                .append(' ')
                .append(host)
                .append("\r\ns=Weir\r\nc=IN ")
                .append(family)
                .append(' ')
                .append(host)
                .append("\r\nt=0 0\r\n");
        for (int i = 0; i < tracks.size(); i++) {
            TrackInfo track = tracks.get(i);
            int type = payloadType(i);
            text.append(String.format(
                    Locale.ROOT,
                    "m=%s %d %s %d\r\na=rtpmap:%d %s/%d%s\r\n",
                    track.kind(),
                    firstPort == 0 ? 0 : firstPort + 2 * i,
                    keys.isPresent() ? "RTP/SAVP" : "RTP/AVP",
                    type,
                    type,
                    track.encodingName(),
                    track.clockRateHz(),
                    track.channels() > 1 ? "/" + track.channels() : ""));
            String fmtp = fmtp(track);
            if (!fmtp.isEmpty()) {
                text.append("a=fmtp:").append(type).append(' ').append(fmtp).append("\r\n");
            }
            if (keys.isPresent()) {
                text.append(keys.get().attribute(i)).append("\r\n");
            }
            text.append(control ? "a=control:streamid=" + i + "\r\n" : "a=sendonly\r\n");
        }
        return text.toString();
    }

    /** Adds the parameter sets (RFC 6184 section 8.1), so that a receiver knows the picture before the first keyframe. */
    private static String fmtp(TrackInfo track) {
        if (!track.encodingName().equalsIgnoreCase("H264") || track.fmtp().contains("sprop-parameter-sets")) {
            return track.fmtp();
        }
        String sets = track.parameterSets().stream()
                .filter(set -> set.hasRemaining() && isParameterSet(set))
                .map(SessionFile::base64)
                .collect(Collectors.joining(","));
        String base = track.fmtp().isEmpty() ? "packetization-mode=1" : track.fmtp();
        return sets.isEmpty() ? base : base + ";sprop-parameter-sets=" + sets;
    }

    private static boolean isParameterSet(ByteBuffer unit) {
        int type = unit.get(unit.position()) & 0x1F;
        return type == SPS || type == PPS;
    }

    private static String base64(ByteBuffer unit) {
        byte[] bytes = new byte[unit.remaining()];
        unit.duplicate().get(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }
}
