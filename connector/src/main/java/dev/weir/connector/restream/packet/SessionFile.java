package dev.weir.connector.restream.packet;

import dev.weir.schemas.TrackInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Writes the session description (RFC 8866) with which a receiver understands the packets. */
final class SessionFile {
    private static final int SPS = 7;
    private static final int PPS = 8;

    private SessionFile() {}

    static void write(Path file, String text) throws IOException {
        Path absolute = file.toAbsolutePath();
        Path folder = absolute.getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        Path temporary = absolute.resolveSibling(absolute.getFileName() + ".tmp");
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
     */
    static String text(String host, int firstPort, boolean control, List<TrackInfo> tracks) {
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
                    "m=%s %d RTP/AVP %d\r\na=rtpmap:%d %s/%d%s\r\n",
                    track.kind(),
                    firstPort == 0 ? 0 : firstPort + 2 * i,
                    type,
                    type,
                    track.encodingName(),
                    track.clockRateHz(),
                    track.channels() > 1 ? "/" + track.channels() : ""));
            String fmtp = fmtp(track);
            if (!fmtp.isEmpty()) {
                text.append("a=fmtp:").append(type).append(' ').append(fmtp).append("\r\n");
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
