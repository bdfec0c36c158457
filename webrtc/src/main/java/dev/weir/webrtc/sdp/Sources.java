package dev.weir.webrtc.sdp;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The SSRCs that an m-line announces (RFC 5576).
 *
 * @param ssrcs media SSRCs in their order
 * @param rtx SSRC of a retransmission stream to the SSRC it repairs
 */
record Sources(List<Long> ssrcs, Map<Long, Long> rtx) {
    private static final long MAX_SSRC = 0xFFFF_FFFFL;

    static Sources of(MediaSection section) throws SdpException {
        Map<Long, Long> rtx = new LinkedHashMap<>();
        Set<Long> announced = new LinkedHashSet<>();
        for (Attribute group : section.attributeList().named("ssrc-group")) {
            String[] fields = group.value().split(" +", -1);
            for (int i = 1; i < fields.length; i++) {
                announced.add(Numbers.parseLong(fields[i], MAX_SSRC, group.line(), "SSRC"));
            }
            if (fields[0].equals("FID") && fields.length == 3) {
                rtx.put(
                        Numbers.parseLong(fields[2], MAX_SSRC, group.line(), "SSRC"),
                        Numbers.parseLong(fields[1], MAX_SSRC, group.line(), "SSRC"));
            }
        }
        for (Attribute ssrc : section.attributeList().named("ssrc")) {
            String digits = ssrc.value().split(" ", 2)[0];
            announced.add(Numbers.parseLong(digits, MAX_SSRC, ssrc.line(), "SSRC"));
        }
        List<Long> media = new ArrayList<>(announced);
        media.removeAll(rtx.keySet());
        return new Sources(List.copyOf(media), Collections.unmodifiableMap(rtx));
    }
}
