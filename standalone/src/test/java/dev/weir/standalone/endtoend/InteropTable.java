package dev.weir.standalone.endtoend;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a run of {@link InteropRun} has shown, and what it has to show. */
final class InteropTable {
    static final List<String> VIEWERS = List.of("Chromium", "Firefox", "libwebrtc", "GStreamer");
    static final List<String> CODECS = List.of("H264", "VP8", "VP9", "AV1");

    /** Why a viewer cannot decode a codec, which is its own affair; the gateway must refuse it by name then. */
    private static final Map<String, Map<String, String>> CANNOT = Map.of(
            "Firefox", Map.of("H264", "Firefox from Debian has no H264"),
            "GStreamer", Map.of("AV1", "GStreamer 1.22 has no AV1 over RTP"));

    private static final Map<String, List<String>> PUBLISHERS = new TreeMap<>(Map.of(
            "Chromium", CODECS,
            "FFmpeg", List.of("H264"),
            "Firefox", List.of("VP8", "VP9"),
            "GStreamer", List.of("H264", "VP8", "VP9"),
            "libdatachannel", List.of("H264"),
            "libwebrtc", CODECS));

    /** One publisher in one codec, and one viewer ("" = the publishing itself). */
    record Pair(String publisher, String codec, String viewer) {}

    private final Map<Pair, JsonNode> results = new HashMap<>();
    private final Map<String, String> versions = new TreeMap<>();

    static InteropTable read(String output) throws Exception {
        InteropTable table = new InteropTable();
        for (String line : output.lines().toList()) {
            if (line.startsWith(InteropRun.RESULT)) {
                JsonNode result = DevTools.JSON.readTree(line.substring(InteropRun.RESULT.length()));
                Pair pair = new Pair(
                        result.path("publisher").asText(),
                        result.path("codec").asText(),
                        result.path("viewer").asText());
                table.results.put(pair, result);
            } else if (line.startsWith(InteropRun.VERSION)) {
                String[] words = line.substring(InteropRun.VERSION.length()).split(" ", 2);
                table.versions.put(words[0], words[1]);
            }
        }
        return table;
    }

    /** Every pair that there must be, publishers first. */
    static List<Pair> pairs() {
        List<Pair> pairs = new ArrayList<>();
        PUBLISHERS.forEach((publisher, codecs) -> {
            for (String codec : codecs) {
                pairs.add(new Pair(publisher, codec, ""));
                VIEWERS.forEach(viewer -> pairs.add(new Pair(publisher, codec, viewer)));
            }
        });
        return pairs;
    }

    /** Empty when the viewer must decode the codec. */
    static String cannot(Pair pair) {
        return CANNOT.getOrDefault(pair.viewer(), Map.of()).getOrDefault(pair.codec(), "");
    }

    /** {@code decoded}, {@code refused: } and why, or {@code failed}. */
    String outcome(Pair pair) {
        JsonNode result = result(pair);
        JsonNode report = result.path("report");
        String failure = result.path("failure").asText();
        if (failure.isEmpty()) {
            boolean shown = report.path("codec").asText().equals(pair.codec())
                    && report.path("firstFrameMillis").asInt() > 0;
            return shown ? "decoded" : "failed";
        }
        String reason = cannot(pair);
        boolean byName = failure.contains("422") && failure.contains(pair.codec());
        return !reason.isEmpty() && byName ? "refused: " + reason : "failed";
    }

    JsonNode result(Pair pair) {
        JsonNode result = results.get(pair);
        if (result == null) {
            throw new AssertionError("nothing is known of " + pair);
        }
        return result;
    }

    String markdown() {
        StringBuilder text = new StringBuilder("""
                # Who plays with whom

                Written by `InteropIT`: each publisher's stream is watched by all viewers at once, on one gateway. *Decoded* means \
                more than 30 pictures and 20 packets of Opus within 40 s, every time; a viewer that has no decoder must be \
                refused with 422 and the names of the codecs.

                | publisher | codec |""");
        VIEWERS.forEach(viewer -> text.append(' ').append(viewer).append(" |"));
        text.append("\n|---|---|").append("---|".repeat(VIEWERS.size())).append('\n');
        PUBLISHERS.forEach((publisher, codecs) -> {
            for (String codec : codecs) {
                text.append("| ").append(publisher).append(" | ").append(codec).append(" |");
                for (String viewer : VIEWERS) {
                    text.append(' ')
                            .append(outcome(new Pair(publisher, codec, viewer)))
                            .append(" |");
                }
                text.append('\n');
            }
        });
        text.append("""

                The libdatachannel publisher sends offers in the shape of OBS, whose library it is: no candidates, ICE and DTLS \
                parameters at session level, no PATCH, no reaction to PLI. The libwebrtc clients are those of `weir publish` and \
                `weir play`.

                """);
        List<String> named = new ArrayList<>();
        versions.forEach((client, version) -> named.add(client + ' ' + version));
        return text.append("Versions: ")
                .append(String.join(", ", named))
                .append(".\n")
                .toString();
    }
}
