package dev.weir.webrtc.sdp;

import java.util.Locale;
import java.util.Optional;

/**
 * One media format as SDP writes it (RFC 8866 sections 6.6 and 6.15).
 *
 * @param encodingName name of {@code a=rtpmap} as the peer spelled it; compare without regard to case
 * @param clockRateHz RTP clock rate
 * @param channels audio channels, 1 when the rtpmap names none and for video
 * @param fmtp parameters of {@code a=fmtp} as the peer wrote them, empty when there are none
 */
public record CodecFormat(String encodingName, int clockRateHz, int channels, String fmtp) {

    /** Tells whether the encoding name is {@code name}, whatever the case. */
    public boolean isNamed(String name) {
        return encodingName.equalsIgnoreCase(name);
    }

    /** Returns the value of the fmtp parameter {@code name} (compared without case), empty when it is absent. */
    public Optional<String> parameter(String name) {
        for (String part : fmtp.split(";", -1)) {
            int equals = part.indexOf('=');
            if (equals > 0 && part.substring(0, equals).strip().equalsIgnoreCase(name)) {
                return Optional.of(part.substring(equals + 1).strip());
            }
        }
        return Optional.empty();
    }

    /** Returns the format as people name it: {@code VP8}, {@code H264 (packetization-mode=1)}, {@code OPUS}. */
    public String describe() {
        String name = encodingName.toUpperCase(Locale.ROOT);
        if (name.equals("H264")) {
            return name + " (packetization-mode="
                    + parameter("packetization-mode").orElse("0") + ")";
        }
        return parameter("profile-id")
                .filter(id -> name.equals("VP9"))
                .map(id -> name + " (profile " + id + ")")
                .orElse(name);
    }
}
