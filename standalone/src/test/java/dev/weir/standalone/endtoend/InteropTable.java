package dev.weir.standalone.endtoend;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What a run of {@link InteropRun} has shown, and what it has to show. */
final class InteropTable {
    static final List<String> VIEWERS = List.of("Chromium", "Firefox", "libwebrtc", "GStreamer");
    static final List<String> CODECS = List.of("H264", "VP8", "VP9", "AV1");

    /** Chromium that offers H264 of packetization mode 0 only (RFC 6184). */
    static final String SINGLE_UNITS = "Chromium, mode 0";

    /** Whether every publisher sends every codec that it has; otherwise {@link #BRIEF}, which has each of them once. */
    static final boolean WHOLE = Boolean.getBoolean("weir.interop.whole");

    private static final List<String> BRIEF = List.of(
            "Chromium AV1", "FFmpeg H264", "Firefox VP9", "GStreamer H265", "libdatachannel H264", "libwebrtc VP8");

    /** Of these the brief run plays the recordings. */
    private static final List<String> BRIEF_RECORDINGS = List.of("Chromium AV1", "libwebrtc VP8");

    /** Those that make their picture smaller when the machine is busy. */
    private static final List<String> ADAPTING = List.of("Chromium", SINGLE_UNITS, "Firefox", "libwebrtc");

    private static final int WIDTH = 640;
    private static final int HEIGHT = 360;

    /** Why a viewer cannot decode a codec, which is its own affair; the gateway must refuse it by name then. */
    private static final Map<String, Map<String, String>> CANNOT = Map.of(
            "Chromium", Map.of("H265", "Chromium decodes H265 by hardware only"),
            "Firefox", Map.of("H264", "Firefox from Debian has no H264", "H265", "Firefox has no H265 over WebRTC"),
            "libwebrtc", Map.of("H265", "libwebrtc brings no H265 decoder"),
            "GStreamer", Map.of("AV1", "GStreamer 1.22 has no AV1 over RTP"));

    private static final Map<String, List<String>> PUBLISHERS = new TreeMap<>(Map.of(
            "Chromium",
            CODECS,
            SINGLE_UNITS,
            List.of("H264"),
            "FFmpeg",
            List.of("H264"),
            "Firefox",
            List.of("VP8", "VP9"),
            "GStreamer",
            List.of("H264", "H265", "VP8", "VP9"),
            "libdatachannel",
            List.of("H264"),
            "libwebrtc",
            CODECS));

    /** One publisher in one codec, and one viewer ("" = the publishing itself). */
    record Pair(String publisher, String codec, String viewer) {}

    private final Map<Pair, JsonNode> results = new HashMap<>();
    private final Map<Pair, JsonNode> recordings = new HashMap<>();
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
            } else if (line.startsWith(InteropRun.RECORDING)) {
                JsonNode recording = DevTools.JSON.readTree(line.substring(InteropRun.RECORDING.length()));
                String publisher = recording.path("publisher").asText();
                table.recordings.put(new Pair(publisher, recording.path("codec").asText(), ""), recording);
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

    /** Whether this run plays what was archived of the publisher in this codec. */
    static boolean isPlayed(String publisher, String codec) {
        return WHOLE || BRIEF_RECORDINGS.contains(publisher + ' ' + codec);
    }

    /** Every publisher whose recording is played. */
    static List<Pair> recorded() {
        return publishers().stream()
                .filter(pair -> isPlayed(pair.publisher(), pair.codec()))
                .toList();
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

    /** Why a player cannot play a recording; nothing when it must. */
    static Optional<String> cannotPlay(Pair recorded, String player) {
        return player.equals("Chromium") && recorded.codec().equals("H265")
                ? Optional.of("Debian's Chromium has no H265")
                : Optional.empty();
    }

    /** {@code plays}, why the player cannot, or {@code fails}. */
    String playback(Pair recorded, String player) {
        return complaint(recorded, player).isEmpty()
                ? "plays"
                : cannotPlay(recorded, player).orElse("fails");
    }

    /** What the player said of the recording. */
    String complaint(Pair recorded, String player) {
        JsonNode recording = recordings.get(recorded);
        return recording == null
                ? "no recording"
                : recording.path("complaints").path(player).asText("not tried");
    }

    private String container(Pair recorded) {
        String file = recordings.containsKey(recorded)
                ? recordings.get(recorded).path("file").asText()
                : "";
        return file.endsWith(".mp4") ? "MP4, HLS" : file.endsWith(".webm") ? "WebM" : "none";
    }

    /** The lines of the table of recordings of this run. */
    List<String> recordingRows() {
        List<String> rows = new ArrayList<>();
        for (Pair recorded : recorded()) {
            StringBuilder row = new StringBuilder(
                    "| " + recorded.publisher() + " | " + recorded.codec() + " | " + container(recorded) + " |");
            RecordingPlayers.NAMES.forEach(
                    player -> row.append(' ').append(playback(recorded, player)).append(" |"));
            rows.add(row.toString());
        }
        return rows;
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

                *Chromium, mode 0* offers H264 of packetization mode 0 only ([media.md](media.md)).

                The libdatachannel publisher sends offers in the shape of OBS, whose library it is: no candidates, ICE and DTLS \
                parameters at session level, no PATCH, no reaction to PLI. The libwebrtc clients are those of `weir publish` and \
                `weir play`.

                ## Their recordings

                What the archive sink made of the streams above, in the container that it chooses by itself. *Plays*: ffprobe and \
                mediainfo find the tracks of the manifest, and mediainfo its duration; FFmpeg (`-xerror`), mpv and GStreamer \
                decode every object and complain of nothing; Chromium plays every object in `<video>` to its end. FFmpeg, mpv and \
                Chromium (by hls.js) play the playlist too, where there is one. [players.md](players.md) has every codec in \
                every container. Other runs than the whole one play two of them.

                | publisher | codec | container |""");
        RecordingPlayers.NAMES.forEach(player -> text.append(' ').append(player).append(" |"));
        text.append("\n|---|---|---|")
                .append("---|".repeat(RecordingPlayers.NAMES.size()))
                .append('\n');
        recordingRows().forEach(row -> text.append(row).append('\n'));
        text.append('\n');
        List<String> named = new ArrayList<>();
        versions.forEach((client, version) -> named.add(client + ' ' + version));
        return text.append("Versions: ")
                .append(String.join(", ", named))
                .append(".\n")
                .toString();
    }
}
