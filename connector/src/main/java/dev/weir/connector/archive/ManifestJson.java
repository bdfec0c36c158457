package dev.weir.connector.archive;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.connector.archive.Manifest.Next;
import dev.weir.connector.archive.Manifest.Track;
import dev.weir.connector.assemble.AssembledEvent.GapFound;
import dev.weir.connector.assemble.TrackFormat;
import dev.weir.connector.mux.FragmentRange;
import dev.weir.webrtc.codec.Codec;
import dev.weir.webrtc.rtp.MediaKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** Writes manifests as JSON, always in the same order, and reads them back. */
final class ManifestJson {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int VERSION = 1;

    private ManifestJson() {}

    static byte[] write(Manifest manifest) {
        ObjectNode root = MAPPER.createObjectNode();
        root.put("version", VERSION);
        root.put("stream", manifest.streamId());
        root.put("epoch", manifest.epoch());
        root.put("topic", manifest.topic());
        root.put("partition", manifest.partition());
        root.put("firstOffset", manifest.firstOffset());
        root.put("lastOffset", manifest.lastOffset());
        root.put("archivedArrivalMicros", manifest.archivedArrivalMicros());
        root.put("object", manifest.object());
        root.put("contentType", manifest.contentType());
        root.put("sizeBytes", manifest.sizeBytes());
        root.put("sha256", manifest.sha256());
        root.put("firstPtsMicros", manifest.firstPtsMicros());
        root.put("durationMicros", manifest.durationMicros());
        ArrayNode tracks = root.putArray("tracks");
        for (Track track : manifest.tracks()) {
            ObjectNode node = tracks.addObject();
            writeFormat(node, track.format());
            node.put("frames", track.frames());
            node.put("keyframes", track.keyframes());
            node.put("bytes", track.bytes());
            node.put("firstPtsMicros", track.firstPtsMicros());
            node.put("endPtsMicros", track.endPtsMicros());
        }
        ArrayNode gaps = root.putArray("gaps");
        for (GapFound gap : manifest.gaps()) {
            gaps.addObject()
                    .put("trackIndex", gap.trackIndex())
                    .put("fromPtsMicros", gap.fromPtsMicros())
                    .put("toPtsMicros", gap.toPtsMicros())
                    .put("packets", gap.packets())
                    .put("reason", gap.reason());
        }
        root.put("hls", manifest.hls());
        root.put("discontinuity", manifest.discontinuity());
        writeRange(root.putObject("initialization"), manifest.initialization());
        ArrayNode fragments = root.putArray("fragments");
        manifest.fragments().forEach(fragment -> writeRange(fragments.addObject(), fragment));
        root.put("final", manifest.next().isEmpty());
        manifest.next().ifPresent(next -> writeNext(root.putObject("next"), next));
        try {
            return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(root);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of plain values is always JSON", e);
        }
    }

    private static void writeNext(ObjectNode node, Next next) {
        node.put("offset", next.offset());
        node.put("state", base64(next.state()));
        node.put("discontinuity", next.discontinuity());
        ArrayNode formats = node.putArray("formats");
        next.formats().forEach(format -> writeFormat(formats.addObject(), format));
    }

    private static void writeFormat(ObjectNode node, TrackFormat format) {
        node.put("trackIndex", format.trackIndex());
        node.put("trackId", format.trackId());
        node.put("kind", format.kind().name().toLowerCase(Locale.ROOT));
        node.put("codec", format.codec().name());
        node.put("clockRateHz", format.clockRateHz());
        node.put("channels", format.channels());
        node.put("widthPx", format.widthPx());
        node.put("heightPx", format.heightPx());
        node.put("codecConfiguration", base64(format.codecConfiguration()));
    }

    private static void writeRange(ObjectNode node, FragmentRange range) {
        node.put("offset", range.offset());
        node.put("length", range.length());
        node.put("durationMicros", range.durationMicros());
    }

    private static String base64(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(bytes.position(), copy);
        return Base64.getEncoder().encodeToString(copy);
    }

    /**
     * Reads a manifest.
     *
     * @throws IOException when it is not one of ours
     */
    static Manifest read(byte[] json) throws IOException {
        JsonNode root = MAPPER.readTree(json);
        if (root.path("version").asInt() != VERSION) {
            throw new IOException("not a manifest of version " + VERSION);
        }
        try {
            return manifest(root);
        } catch (IllegalArgumentException e) {
            throw new IOException("not a manifest: " + e.getMessage(), e);
        }
    }

    private static Manifest manifest(JsonNode root) throws IOException {
        Optional<Next> next = root.path("final").asBoolean() ? Optional.empty() : Optional.of(next(root.path("next")));
        return new Manifest(
                root.path("stream").asText(),
                root.path("epoch").asLong(),
                root.path("topic").asText(),
                root.path("partition").asInt(),
                root.path("firstOffset").asLong(),
                root.path("lastOffset").asLong(),
                root.path("archivedArrivalMicros").asLong(),
                root.path("object").asText(),
                root.path("contentType").asText(),
                root.path("sizeBytes").asLong(),
                root.path("sha256").asText(),
                root.path("firstPtsMicros").asLong(),
                root.path("durationMicros").asLong(),
                list(root.path("tracks"), ManifestJson::track),
                list(root.path("gaps"), ManifestJson::gap),
                root.path("hls").asBoolean(),
                root.path("discontinuity").asBoolean(),
                range(root.path("initialization")),
                list(root.path("fragments"), ManifestJson::range),
                next);
    }

    private static Next next(JsonNode node) throws IOException {
        if (!node.hasNonNull("state")) {
            throw new IOException("not a manifest: next has no state");
        }
        return new Next(
                node.path("offset").asLong(),
                bytes(node.path("state")),
                list(node.path("formats"), ManifestJson::format),
                node.path("discontinuity").asBoolean());
    }

    private static Track track(JsonNode node) {
        return new Track(
                format(node),
                node.path("frames").asLong(),
                node.path("keyframes").asLong(),
                node.path("bytes").asLong(),
                node.path("firstPtsMicros").asLong(),
                node.path("endPtsMicros").asLong());
    }

    private static TrackFormat format(JsonNode node) {
        return new TrackFormat(
                node.path("trackIndex").asInt(),
                node.path("trackId").asText(),
                MediaKind.valueOf(node.path("kind").asText().toUpperCase(Locale.ROOT)),
                Codec.valueOf(node.path("codec").asText()),
                node.path("clockRateHz").asInt(),
                node.path("channels").asInt(),
                node.path("widthPx").asInt(),
                node.path("heightPx").asInt(),
                bytes(node.path("codecConfiguration")));
    }

    private static GapFound gap(JsonNode node) {
        return new GapFound(
                node.path("trackIndex").asInt(),
                node.path("fromPtsMicros").asLong(),
                node.path("toPtsMicros").asLong(),
                node.path("packets").asLong(),
                node.path("reason").asText());
    }

    private static FragmentRange range(JsonNode node) {
        return new FragmentRange(
                node.path("offset").asLong(),
                node.path("length").asLong(),
                node.path("durationMicros").asLong());
    }

    private static ByteBuffer bytes(JsonNode node) {
        return ByteBuffer.wrap(Base64.getDecoder().decode(node.asText())).asReadOnlyBuffer();
    }

    private static <T> List<T> list(JsonNode array, Function<JsonNode, T> item) {
        List<T> list = new ArrayList<>();
        array.forEach(node -> list.add(item.apply(node)));
        return list;
    }
}
