package dev.weir.connector.restream;

import dev.weir.schemas.TrackInfo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;

/** Writes the session description (RFC 8866) with which a receiver understands the packets. */
final class SessionFile {
    private SessionFile() {}

    static void write(Path file, RtpTarget target, List<TrackInfo> tracks) throws IOException {
        Path absolute = file.toAbsolutePath();
        Path folder = absolute.getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        Path temporary = absolute.resolveSibling(absolute.getFileName() + ".tmp");
        Files.writeString(temporary, text(target, tracks), StandardCharsets.UTF_8);
        Files.move(temporary, absolute, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    static int payloadType(int track) {
        return 96 + track;
    }

    private static String text(RtpTarget target, List<TrackInfo> tracks) {
        String family = target.host().indexOf(':') >= 0 ? "IP6" : "IP4";
        StringBuilder text = new StringBuilder("v=0\r\no=- 1 1 IN ")
                .append(family)
                .append(' ')
                .append(target.host())
                .append("\r\ns=Weir\r\nc=IN ")
                .append(family)
                .append(' ')
                .append(target.host())
                .append("\r\nt=0 0\r\n");
        for (int i = 0; i < tracks.size(); i++) {
            TrackInfo track = tracks.get(i);
            int type = payloadType(i);
            text.append(String.format(
                    Locale.ROOT,
                    "m=%s %d RTP/AVP %d\r\na=rtpmap:%d %s/%d%s\r\n",
                    track.kind(),
                    target.port() + 2 * i,
                    type,
                    type,
                    track.encodingName(),
                    track.clockRateHz(),
                    track.channels() > 1 ? "/" + track.channels() : ""));
            if (!track.fmtp().isEmpty()) {
                text.append("a=fmtp:")
                        .append(type)
                        .append(' ')
                        .append(track.fmtp())
                        .append("\r\n");
            }
            text.append("a=sendonly\r\n");
        }
        return text.toString();
    }
}
