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

    /** Whether every publisher sends every codec that it has; otherwise {@link #BRIEF}, which has each of them once. */
    static final boolean WHOLE = Boolean.getBoolean("weir.interop.whole");

    private static final List<String> BRIEF = List.of(
            "Chromium AV1", "FFmpeg H264", "Firefox VP9", "GStreamer H265", "libdatachannel H264", "libwebrtc VP8");

    /** Those that make their picture smaller when the machine is busy. */
    private static final List<String> ADAPTING = List.of("Chromium", "Firefox", "libwebrtc");

    private static final int WIDTH = 640;
    private static final int HEIGHT = 360;

    /** Why a viewer cannot decode a codec, which is its own affair; the gateway must refuse it by name then. */
    private static final Map<String, Map<String, String>> CANNOT = Map.of(
            "Chromium", Map.of("H265", "Chromium decodes H265 by hardware only"),
            "Firefox", Map.of("H264", "Firefox from Debian has no H264", "H265", "Firefox has no H265 over WebRTC"),
            "libwebrtc", Map.of("H265", "libwebrtc brings no H265 decoder"),
            "GStreamer", Map.of("AV1", "GStreamer 1.22 has no AV1 over RTP"));

    private static final Map<String, List<String>> PUBLISHERS = new TreeMap<>(Map.of(
            "Chromium", CODECS,
            "FFmpeg", List.of("H264"),
            "Firefox", List.of("VP8", "VP9"),
            "GStreamer", List.of("H264", "H265", "VP8", "VP9"),
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
        for (Pair publisher : publishers()) {
            pairs.add(publisher);
            VIEWERS.forEach(viewer -> pairs.add(new Pair(publisher.publisher(), publisher.codec(), viewer)));
        }
        return pairs;
    }

    /** Every publisher that there must be in every codec, without a viewer. */
    static List<Pair> publishers() {
        List<Pair> publishers = new ArrayList<>();
        PUBLISHERS.forEach((publisher, codecs) -> {
            for (String codec : codecs) {
                if (isShown(publisher, codec)) {
                    publishers.add(new Pair(publisher, codec, ""));
                }
            }
        });
        return publishers;
    }

    /** Whether this run has the publisher in this codec. */
    static boolean isShown(String publisher, String codec) {
        return WHOLE || BRIEF.contains(publisher + ' ' + codec);
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
                    && report.path("firstFrameMillis").asInt() > 0
                    && hasRightSize(pair.publisher(), report);
            return shown ? "decoded" : "failed";
        }
        String reason = cannot(pair);
        boolean byName = failure.contains("422") && failure.contains(pair.codec());
        return !reason.isEmpty() && byName ? "refused: " + reason : "failed";
    }

    private static boolean hasRightSize(String publisher, JsonNode report) {
        int width = report.path("width").asInt(report.path("widthPx").asInt());
        int height = report.path("height").asInt(report.path("heightPx").asInt());
        return ADAPTING.contains(publisher)
                ? width > 0 && width <= WIDTH && width * HEIGHT == height * WIDTH
                : width == WIDTH && height == HEIGHT;
    }

    JsonNode result(Pair pair) {
        JsonNode result = results.get(pair);
        if (result == null) {
            throw new AssertionError("nothing is known of " + pair);
        }
        return result;
    }

    /** The lines of the table of this run. */
    List<String> rows() {
        List<String> rows = new ArrayList<>();
        for (Pair publisher : publishers()) {
            StringBuilder row = new StringBuilder("| " + publisher.publisher() + " | " + publisher.codec() + " |");
            for (String viewer : VIEWERS) {
                row.append(' ')
                        .append(outcome(new Pair(publisher.publisher(), publisher.codec(), viewer)))
                        .append(" |");
            }
            rows.add(row.toString());
        }
        return rows;
    }

    String markdown() {
        StringBuilder text = new StringBuilder("""
                # Who plays with whom

                Written by `InteropIT`: each publisher's stream is watched by all viewers at once, on one gateway. *Decoded* means \
                more than 30 pictures of the published size (640x360; browsers and libwebrtc may shrink theirs) and 20 packets of \
                Opus within 40 s, every time; a viewer that has no decoder must be refused with 422 and the names of the codecs.

                `-Dweir.interop.whole=true` runs the whole table and writes it; every other run shows each publisher, viewer and \
                codec in six of its rows, which must be as they stand here. What a publisher lacks: FFmpeg's `whip` sends H264 \
                only, GStreamer 1.22 has no AV1 over RTP, Firefox from Debian no H264 and, as the browsers here, no encoder of \
                H265; libdatachannel is only made to send H264.

                | publisher | codec |""");
        VIEWERS.forEach(viewer -> text.append(' ').append(viewer).append(" |"));
        text.append("\n|---|---|").append("---|".repeat(VIEWERS.size())).append('\n');
        rows().forEach(row -> text.append(row).append('\n'));
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
