package dev.weir.webrtc.sdp;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Candidate lines (RFC 8839 section 5.1): a grammar check for the peer's and the order of ours. */
final class Candidates {
    private static final int MAX_CHARS = 1_024;

    private Candidates() {}

    /** Checks the fields that every candidate has, whatever its transport or address type. */
    static void check(Attribute candidate) throws SdpException {
        String[] fields = candidate.value().split(" +", -1);
        if (candidate.value().length() > MAX_CHARS || fields.length < 8 || !fields[6].equals("typ")) {
            throw new SdpException(candidate.line(), "not a candidate: " + Quoted.of(candidate.value()));
        }
        Numbers.parse(fields[1], 256, candidate.line(), "component");
        Numbers.parseLong(fields[3], 0xFFFF_FFFFL, candidate.line(), "priority");
        Numbers.parse(fields[5], 65535, candidate.line(), "port");
    }

    /** Puts UDP hosts of IPv4 first and keeps the order otherwise. */
    static List<String> ordered(List<String> candidates) {
        return candidates.stream()
                .sorted(Comparator.comparingInt(candidate -> isIpv4UdpHost(candidate) ? 0 : 1))
                .toList();
    }

    private static boolean isIpv4UdpHost(String candidate) {
        String lower = candidate.toLowerCase(Locale.ROOT);
        String[] fields = lower.split(" +", -1);
        return fields.length > 4 && fields[2].equals("udp") && !fields[4].contains(":") && lower.contains(" typ host");
    }
}
