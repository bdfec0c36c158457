package dev.weir.standalone.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.standalone.endtoend.Archive.ArchivedObject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Players of other makers, in which every object of a recording, and its playlist, is played from its start to its end. */
final class RecordingPlayers {
    /** As {@code docs/interop.md} names them. */
    static final List<String> NAMES = List.of("ffprobe", "FFmpeg", "mpv", "GStreamer", "mediainfo", "Chromium");

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int SPEED = 4;
    private static final double LEEWAY_SECONDS = 0.2;

    /** mpv's word for three or fewer of them in WebM; it then seeks without the index. */
    private static final String FEW_KEYFRAMES = "Discarding potentially broken or useless index";

    private final Chromium chromium;
    private final URI page;

    /** @param page {@code hls.html} */
    RecordingPlayers(Chromium chromium, URI page) {
        this.chromium = chromium;
        this.page = page;
    }

    /** What each of them complains of when it gets the ended recording; nothing where it plays. */
    Map<String, String> play(Archive archive) throws IOException {
        List<ArchivedObject> objects = archive.awaitObjects();
        Map<String, String> complaints = new LinkedHashMap<>();
        for (String name : NAMES) {
            String complaint = "";
            try {
                play(name, archive, objects);
            } catch (Exception | AssertionError e) {
                complaint = e.toString();
            }
            complaints.put(name, complaint);
        }
        return complaints;
    }

    private void play(String name, Archive archive, List<ArchivedObject> objects) throws Exception {
        for (ArchivedObject object : objects) {
            switch (name) {
                case "ffprobe" -> ffprobe(object);
                case "FFmpeg" -> Ffmpeg.assertDecodesSilently(object.file().toString());
                case "mpv" -> mpv(object.file(), object.kinds(), "warn");
                case "GStreamer" -> gstreamer(object);
                case "mediainfo" -> mediainfo(object);
                case "Chromium" -> chromium(object);
                default -> throw new IllegalArgumentException(name);
            }
        }
        if (objects.get(0).isInPlaylist()) {
            Path playlist = archive.folder().resolve("index.m3u8");
            switch (name) {
                case "FFmpeg" -> Ffmpeg.assertDecodesSilently(playlist.toString(), "error");
                // FFmpeg's reader of playlists says there that it knows the next object's header already.
                case "mpv" -> mpv(playlist, objects.get(0).kinds(), "error");
                case "Chromium" -> hls(archive.folder(), objects);
                default -> {}
            }
        }
    }

    private static void ffprobe(ArchivedObject object) throws Exception {
        String told =
                run("ffprobe", "-v", "error", "-show_entries", "stream=codec_type", "-of", "csv=p=0", object.file());
        assertThat(told.lines()).containsExactlyInAnyOrderElementsOf(object.kinds());
    }

    /** One track at a time: without a clock, mpv would complain that they are not in step. */
    private static void mpv(Path file, List<String> kinds, String level) throws Exception {
        for (String kind : kinds) {
            String told = run(
                    "mpv",
                    "--no-config",
                    "--vo=null",
                    "--ao=null",
                    "--ao-null-untimed",
                    "--untimed",
                    "--msg-level=all=" + level,
                    kind.equals("video") ? "--no-audio" : "--no-video",
                    file);
            assertThat(told.lines().filter(line -> !line.contains(FEW_KEYFRAMES)))
                    .isEmpty();
        }
    }

    private static void gstreamer(ArchivedObject object) throws Exception {
        List<Object> command = new ArrayList<>(
                List.of("gst-launch-1.0", "-q", "filesrc", "location=" + object.file(), "!", "decodebin", "name=d"));
        for (int i = 0; i < object.kinds().size(); i++) {
            command.addAll(List.of("d.", "!", "queue", "!", "fakesink"));
        }
        silently(command.toArray());
    }

    private static void mediainfo(ArchivedObject object) throws Exception {
        String[] told = run("mediainfo", "--Inform=General;0%VideoCount% 0%AudioCount% %Duration%", object.file())
                .strip()
                .split(" ");
        assertThat(told).hasSize(3);
        assertThat(List.of(Integer.valueOf(told[0]), Integer.valueOf(told[1])))
                .containsExactly(object.count("video"), object.count("audio"));
        assertThat(Double.parseDouble(told[2]) / 1000).isCloseTo(object.seconds(), within(LEEWAY_SECONDS));
    }

    private void chromium(ArchivedObject object) throws Exception {
        try (FileServer archive = new FileServer(object.file().resolveSibling(""));
                Page player = chromium.open(page)) {
            URI address = archive.uri(String.valueOf(object.file().getFileName()));
            player.evaluate("skim('" + address + "', " + SPEED + ")");
            requirePlayed(player, List.of(object));
        }
    }

    private void hls(Path folder, List<ArchivedObject> objects) throws Exception {
        try (FileServer archive = new FileServer(folder);
                Page player = chromium.open(page)) {
            player.evaluate("skimPlaylist('" + archive.uri("index.m3u8") + "', " + SPEED + ")");
            requirePlayed(player, objects);
        }
    }

    private static void requirePlayed(Page player, List<ArchivedObject> objects) throws Exception {
        player.awaitTrue("skimmed().over", PATIENCE);
        JsonNode report = player.evaluate("skimmed()");
        double seconds = objects.stream().mapToDouble(ArchivedObject::seconds).sum();
        assertThat(report.path("errors")).as("%s", report).isEmpty();
        assertThat(report.path("seconds").asDouble()).as("%s", report).isCloseTo(seconds, within(2 * LEEWAY_SECONDS));
        int pictures = objects.stream().mapToInt(ArchivedObject::pictures).sum();
        // What it has no time for, it leaves out, and counts it.
        assertThat(report.path("frames").asInt()).as("%s", report).isGreaterThan(pictures / 2);
        assertThat(report.path("bytesOfAudio").asLong()).as("%s", report).isPositive();
    }

    /** Runs a tool that must end well and complain of nothing. */
    private static void silently(Object... command) throws Exception {
        assertThat(run(command)).as("%s", command[0]).isEmpty();
    }

    private static String run(Object... command) throws Exception {
        List<String> words = List.of(command).stream().map(String::valueOf).toList();
        try (ClientProcess process = ClientProcess.start(words.get(0), words)) {
            int exit = process.awaitExit(PATIENCE);
            assertThat(exit).as("%s %s", words, process.output()).isZero();
            return process.output();
        }
    }
}
