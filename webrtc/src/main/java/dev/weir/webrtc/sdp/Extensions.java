package dev.weir.webrtc.sdp;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Picks the header extensions of an m-line that we agree on (RFC 8285 section 5). */
final class Extensions {
    private static final Set<String> PUBLISHED = Set.of(
            ExtensionUri.MID,
            ExtensionUri.RID,
            ExtensionUri.REPAIRED_RID,
            ExtensionUri.AUDIO_LEVEL,
            ExtensionUri.ABS_CAPTURE_TIME,
            ExtensionUri.ABS_SEND_TIME);
    private static final Set<String> PUBLISHED_WITH_LAYERS = Stream.concat(
                    PUBLISHED.stream(), Stream.of(ExtensionUri.DEPENDENCY_DESCRIPTOR))
            .collect(Collectors.toUnmodifiableSet());
    private static final Set<String> VIEWED = Set.of(ExtensionUri.MID, ExtensionUri.ABS_SEND_TIME);

    private static final Set<String> VIEWED_WITH_LAYERS = Stream.concat(
                    VIEWED.stream(), Stream.of(ExtensionUri.DEPENDENCY_DESCRIPTOR))
            .collect(Collectors.toUnmodifiableSet());

    private Extensions() {}

    /**
     * Returns URI to id of what a publisher may send us.
     *
     * @param layersInExtension whether the codec tells its layers there and not in the payload (AV1); with other codecs
     *     libwebrtc would take them out of the payload, where viewers look for them
     */
    static Map<String, Integer> published(MediaSection section, boolean transportCc, boolean layersInExtension)
            throws SdpException {
        return agreed(section, layersInExtension ? PUBLISHED_WITH_LAYERS : PUBLISHED, "recvonly", transportCc);
    }

    /** Returns URI to id of what we may send to a viewer. */
    static Map<String, Integer> viewed(MediaSection section, boolean transportCc) throws SdpException {
        return agreed(section, VIEWED, "sendonly", transportCc);
    }

    /** As {@link #viewed}, with the layers of AV1, whose descriptions are too long for the one-byte form (RFC 8285 section 4). */
    static Map<String, Integer> viewedWithLayers(MediaSection section, boolean transportCc) throws SdpException {
        return agreed(section, VIEWED_WITH_LAYERS, "sendonly", transportCc);
    }

    private static Map<String, Integer> agreed(
            MediaSection section, Set<String> known, String otherDirection, boolean transportCc) throws SdpException {
        Map<String, Integer> ids = new LinkedHashMap<>();
        for (Attribute extmap : section.attributeList().named("extmap")) {
            String[] fields = extmap.value().split(" +", -1);
            if (fields.length < 2) {
                throw new SdpException(extmap.line(), "extmap needs an id and a URI");
            }
            int slash = fields[0].indexOf('/');
            String digits = slash < 0 ? fields[0] : fields[0].substring(0, slash);
            int id = Numbers.parse(digits, 4351, extmap.line(), "extension id");
            boolean wanted = known.contains(fields[1]) || (transportCc && fields[1].equals(ExtensionUri.TRANSPORT_CC));
            boolean flows = slash < 0 || !fields[0].substring(slash + 1).equals(otherDirection);
            if (wanted && flows && id >= 1 && id <= 255 && id != 15) {
                ids.putIfAbsent(fields[1].intern(), id);
            }
        }
        return Collections.unmodifiableMap(ids);
    }
}
