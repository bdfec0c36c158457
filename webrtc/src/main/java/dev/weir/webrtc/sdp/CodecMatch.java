package dev.weir.webrtc.sdp;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Finds under which payload type a viewer can decode a published format. */
final class CodecMatch {
    private static final int IMPOSSIBLE = Integer.MAX_VALUE;

    private CodecMatch() {}

    /** Returns the best payload type of {@code offered}; among equals the viewer's first. */
    static Optional<Integer> find(Map<Integer, CodecFormat> offered, CodecFormat published) {
        int best = IMPOSSIBLE;
        Optional<Integer> found = Optional.empty();
        for (Map.Entry<Integer, CodecFormat> candidate : offered.entrySet()) {
            int distance = distance(published, candidate.getValue());
            if (distance < best) {
                best = distance;
                found = Optional.of(candidate.getKey());
            }
        }
        return found;
    }

    private static int distance(CodecFormat published, CodecFormat offered) {
        if (!offered.isNamed(published.encodingName()) || offered.clockRateHz() != published.clockRateHz()) {
            return IMPOSSIBLE;
        }
        return switch (published.encodingName().toUpperCase(Locale.ROOT)) {
            case "H264" -> h264Distance(published, offered);
            case "H265" ->
                differs(published, offered, "profile-id", "1") + differs(published, offered, "tier-flag", "0");
            case "VP9" -> differs(published, offered, "profile-id", "0") == 0 ? 0 : IMPOSSIBLE;
            case "AV1" -> differs(published, offered, "profile", "0");
            case "MULTIOPUS" -> sameSpeakers(published, offered) ? 0 : IMPOSSIBLE;
            default -> published.channels() == offered.channels() ? 0 : IMPOSSIBLE;
        };
    }

    /**
     * Matches by packetization mode; profile and level only choose among several, because OBS and FFmpeg announce
     * profiles that they don't send, and the SPS decides anyway.
     */
    private static int h264Distance(CodecFormat published, CodecFormat offered) {
        int sent = packetizationMode(published);
        int accepted = packetizationMode(offered);
        if (accepted < sent) {
            return IMPOSSIBLE;
        }
        String sentProfile = h264Profile(published);
        String acceptedProfile = h264Profile(offered);
        int profile = 3;
        if (sentProfile.equals(acceptedProfile)) {
            profile = 0;
        } else if (sentProfile.regionMatches(0, acceptedProfile, 0, 2)) {
            profile = 1;
        } else if (acceptedProfile.compareTo(sentProfile) > 0) {
            profile = 2;
        }
        return (accepted - sent) * 10 + profile;
    }

    /** The packets do not tell which stream of them is for which speaker. */
    private static boolean sameSpeakers(CodecFormat published, CodecFormat offered) {
        return published.channels() == offered.channels()
                && differs(published, offered, "channel_mapping", "") == 0
                && differs(published, offered, "num_streams", "") == 0
                && differs(published, offered, "coupled_streams", "") == 0;
    }

    private static int packetizationMode(CodecFormat format) {
        return format.parameter("packetization-mode").filter("1"::equals).isPresent() ? 1 : 0;
    }

    /** Returns profile_idc and the constraint flags, four hexadecimal digits (RFC 6184 section 8.1). */
    private static String h264Profile(CodecFormat format) {
        String id = format.parameter("profile-level-id").orElse("420010").toLowerCase(Locale.ROOT);
        return id.length() >= 4 ? id.substring(0, 4) : "4200";
    }

    private static int differs(CodecFormat one, CodecFormat other, String parameter, String absent) {
        return one.parameter(parameter)
                        .orElse(absent)
                        .equals(other.parameter(parameter).orElse(absent))
                ? 0
                : 1;
    }
}
