package dev.weir.webrtc.sdp;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The m-lines of an offer that share one transport (RFC 9143), and who stands behind it. Immutable. */
final class Bundle {
    private final SessionDescription description;
    private final List<String> tags;

    private Bundle(SessionDescription description, List<String> tags) {
        this.description = description;
        this.tags = tags;
    }

    static Bundle of(SessionDescription description) throws SdpException {
        Set<String> mids = new HashSet<>();
        for (MediaSection section : description.media()) {
            Optional<Attribute> mid = section.attributeList().first("mid");
            if (mid.isPresent() && !mids.add(mid.get().value())) {
                throw new SdpException(
                        mid.get().line(),
                        "two m-lines have the mid " + Quoted.of(mid.get().value()));
            }
        }
        for (Attribute group : description.attributeList().named("group")) {
            String[] fields = group.value().split(" +", -1);
            if (fields[0].equals("BUNDLE")) {
                List<String> tags = List.of(fields).subList(1, fields.length);
                if (!mids.containsAll(tags)) {
                    throw new SdpException(group.line(), "BUNDLE names a mid that no m-line has");
                }
                return new Bundle(description, tags);
            }
        }
        return new Bundle(description, List.of());
    }

    /** Tells whether {@code section} is alive in the offer and can travel on the shared transport. */
    boolean carries(MediaSection section) {
        boolean bundled = section.mid().filter(tags::contains).isPresent();
        return bundled ? section.port() != 0 || section.bundleOnly() : section.port() != 0 && onlyOne();
    }

    private boolean onlyOne() {
        return tags.isEmpty()
                && description.media().stream()
                                .filter(section -> section.port() != 0)
                                .count()
                        == 1;
    }

    /** Returns the mids of {@code accepted} in the order of the offer's group, the answer's group. */
    List<String> answerTags(List<MediaSection> accepted) {
        Set<String> mids = new HashSet<>();
        accepted.forEach(section -> section.mid().ifPresent(mids::add));
        return tags.stream().filter(mids::contains).toList();
    }

    /** Returns the m-line whose transport parameters count: the first of the group that is accepted (RFC 9143 7.3.1). */
    MediaSection tagged(List<MediaSection> accepted) {
        for (String tag : tags) {
            for (MediaSection section : accepted) {
                if (section.mid().filter(tag::equals).isPresent()) {
                    return section;
                }
            }
        }
        return accepted.get(0);
    }
}
