package dev.weir.gateway.clients;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** A description as a client takes it apart: by lines, without our parser. */
record Sdp(List<String> session, List<List<String>> media) {
    static Sdp of(String text) {
        List<String> session = new ArrayList<>();
        List<List<String>> media = new ArrayList<>();
        for (String line : text.split("\r\n", -1)) {
            if (line.startsWith("m=")) {
                media.add(new ArrayList<>());
            }
            if (!line.isEmpty()) {
                (media.isEmpty() ? session : media.get(media.size() - 1)).add(line);
            }
        }
        return new Sdp(session, media);
    }

    /** What stands behind each {@code prefix} of a section, in order. */
    static List<String> values(List<String> section, String prefix) {
        return section.stream()
                .filter(line -> line.startsWith(prefix))
                .map(line -> line.substring(prefix.length()))
                .toList();
    }

    /** The value that a section must have once. */
    static String value(List<String> section, String prefix) {
        List<String> values = values(section, prefix);
        if (values.size() != 1) {
            throw new AssertionError(values.size() + " times " + prefix + " in " + section);
        }
        return values.get(0);
    }

    static String kind(List<String> section) {
        return section.get(0).substring(2).split(" ", 2)[0];
    }

    static int port(List<String> section) {
        return Integer.parseInt(section.get(0).split(" ", -1)[1]);
    }

    static TreeSet<String> payloadTypes(List<String> section) {
        return new TreeSet<>(List.of(section.get(0).split(" ", 4)[3].split(" ")));
    }

    static TreeSet<String> attributes(List<String> section, String prefix) {
        return new TreeSet<>(values(section, prefix));
    }
}
