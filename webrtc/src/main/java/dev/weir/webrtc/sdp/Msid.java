package dev.weir.webrtc.sdp;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The MediaStreams that m-lines belong to (RFC 8830), told by {@code a=msid} or, by older clients, with the SSRCs. */
final class Msid {
    private Msid() {}

    /** Tells whether every m-line names the same one. */
    static boolean isOneStream(List<MediaSection> sections) {
        Set<String> streams = new HashSet<>();
        for (MediaSection section : sections) {
            Set<String> named = streamsOf(section);
            if (named.isEmpty()) {
                return false;
            }
            streams.addAll(named);
        }
        return streams.size() == 1;
    }

    private static Set<String> streamsOf(MediaSection section) {
        Set<String> streams = new HashSet<>();
        for (Attribute msid : section.attributeList().named("msid")) {
            streams.add(msid.value().split(" ", 2)[0]);
        }
        for (Attribute ssrc : section.attributeList().named("ssrc")) {
            String[] fields = ssrc.value().split(" ", 3);
            if (fields.length > 1 && fields[1].startsWith("msid:")) {
                streams.add(fields[1].substring("msid:".length()));
            }
        }
        return streams;
    }
}
