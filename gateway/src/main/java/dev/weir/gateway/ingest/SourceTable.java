package dev.weir.gateway.ingest;

import dev.weir.webrtc.rtp.HeaderExtensions;
import dev.weir.webrtc.rtp.RtpHeader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds the source that a packet belongs to: by its SSRC once known, before that by the SSRCs of the description, by the
 * MID and RID header extensions, and at last by its payload type (RFC 9143 section 9.2, RFC 8852). One thread.
 */
final class SourceTable {
    private static final int MAX_SOURCES = 64;

    private final List<Section> sections;
    private final ArrayList<Source> sources = new ArrayList<>();
    private final ArrayList<Repair> repairs = new ArrayList<>();

    /** A retransmission stream and the source that it repairs. */
    private record Repair(int ssrc, Source source) {}

    SourceTable(List<Section> sections) {
        this.sections = sections;
    }

    /** Returns all media sources so far; the list lives. */
    List<Source> sources() {
        return sources;
    }

    /** Returns the media source with {@code ssrc}, null when there is none. */
    @Nullable
    Source known(int ssrc) {
        for (int i = 0; i < sources.size(); i++) {
            if (sources.get(i).ssrc == ssrc) {
                return sources.get(i);
            }
        }
        return null;
    }

    /** Returns the source that the retransmission stream {@code ssrc} repairs, null when there is none. */
    @Nullable
    Source repairedBy(int ssrc) {
        for (int i = 0; i < repairs.size(); i++) {
            if (repairs.get(i).ssrc == ssrc) {
                return repairs.get(i).source;
            }
        }
        return null;
    }

    /** Learns where {@code packet}, whose SSRC is new, belongs; false when that cannot be told. */
    boolean learn(ByteBuffer packet) {
        if (sources.size() + repairs.size() >= MAX_SOURCES) {
            return false;
        }
        int payloadType = RtpHeader.payloadType(packet);
        Section section = sectionOf(packet, payloadType);
        if (section == null) {
            return false;
        }
        if (section.carries(payloadType) || section.isRedundant(payloadType)) {
            return learnMedia(packet, section);
        }
        return section.repairedBy(payloadType) >= 0 && learnRepair(packet, section);
    }

    private @Nullable Section sectionOf(ByteBuffer packet, int payloadType) {
        long ssrc = RtpHeader.ssrc(packet) & 0xFFFF_FFFFL;
        for (Section section : sections) {
            if (section.media().ssrcs().contains(ssrc)
                    || section.media().rtxSsrcs().containsKey(ssrc)) {
                return section;
            }
        }
        for (Section section : sections) {
            Optional<String> mid = text(packet, section.midExtension());
            if (mid.isPresent() && mid.get().equals(section.media().mid())) {
                return section;
            }
        }
        for (Section section : sections) {
            if (section.carries(payloadType)
                    || section.isRedundant(payloadType)
                    || section.repairedBy(payloadType) >= 0) {
                return section;
            }
        }
        return null;
    }

    private boolean learnMedia(ByteBuffer packet, Section section) {
        String rid = "";
        if (!section.track().rids().isEmpty()) {
            rid = layer(section, text(packet, section.ridExtension()));
            if (rid.isEmpty()) {
                return false;
            }
        }
        sources.add(new Source(RtpHeader.ssrc(packet), section, rid));
        return true;
    }

    private boolean learnRepair(ByteBuffer packet, Section section) {
        int ssrc = RtpHeader.ssrc(packet);
        Source repaired = null;
        for (Map.Entry<Long, Long> entry : section.media().rtxSsrcs().entrySet()) {
            if (entry.getKey().intValue() == ssrc) {
                repaired = known(entry.getValue().intValue());
            }
        }
        if (repaired == null) {
            repaired = only(section, layer(section, text(packet, section.repairedRidExtension())));
        }
        if (repaired == null) {
            return false;
        }
        repairs.add(new Repair(ssrc, repaired));
        return true;
    }

    /** Returns the newest source of the layer, which is the one in use; null when there is none. */
    private @Nullable Source only(Section section, String rid) {
        Source newest = null;
        for (Source source : sources) {
            if (source.section == section && source.rid.equals(rid)) {
                newest = source;
            }
        }
        return newest;
    }

    /** Returns the announced RID, the same object for every packet; empty when the packet names none of them. */
    private static String layer(Section section, Optional<String> rid) {
        for (String announced : section.track().rids()) {
            if (rid.isPresent() && rid.get().equals(announced)) {
                return announced;
            }
        }
        return "";
    }

    private static Optional<String> text(ByteBuffer packet, int extension) {
        return extension < 0 ? Optional.empty() : HeaderExtensions.text(packet, extension);
    }
}
