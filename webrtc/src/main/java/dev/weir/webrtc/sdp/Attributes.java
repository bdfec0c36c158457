package dev.weir.webrtc.sdp;

import java.util.List;
import java.util.Optional;

/** The {@code a=} lines of one level of a description, in their order. Immutable. */
final class Attributes {
    private final List<Attribute> all;

    Attributes(List<Attribute> all) {
        this.all = List.copyOf(all);
    }

    List<Attribute> all() {
        return all;
    }

    List<Attribute> named(String name) {
        return all.stream().filter(attribute -> attribute.name().equals(name)).toList();
    }

    Optional<Attribute> first(String name) {
        return all.stream().filter(attribute -> attribute.name().equals(name)).findFirst();
    }

    boolean has(String name) {
        return first(name).isPresent();
    }
}
