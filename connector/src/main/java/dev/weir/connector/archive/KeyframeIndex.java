package dev.weir.connector.archive;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.connector.mux.MalformedMediaException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the keyframes of an object are; a JSON file beside its manifest, the same in every run.
 *
 * @param streamId the stream
 * @param epoch its epoch
 * @param object where the object is, as the manifest says it
 * @param keyframes in order of the object's tracks and time
 */
record KeyframeIndex(String streamId, long epoch, String object, List<Keyframe> keyframes) {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int VERSION = 1;

    KeyframeIndex {
        keyframes = List.copyOf(keyframes);
    }

    byte[] json() {
        ObjectNode root = MAPPER.createObjectNode();
        root.put("version", VERSION).put("stream", streamId).put("epoch", epoch).put("object", object);
        ArrayNode nodes = root.putArray("keyframes");
        for (Keyframe keyframe : keyframes) {
            nodes.addObject()
                    .put("track", keyframe.track())
                    .put("ptsMicros", keyframe.ptsMicros())
                    .put("offset", keyframe.offset())
                    .put("size", keyframe.size())
                    .put("logOffset", keyframe.logOffset());
        }
        try {
            return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(root);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of plain values is always JSON", e);
        }
    }

    /**
     * Reads what {@link #json} wrote.
     *
     * @throws MalformedMediaException when it is something else
     */
    static KeyframeIndex read(byte[] json) throws MalformedMediaException {
        JsonNode root;
        try {
            root = MAPPER.readTree(json);
        } catch (IOException e) {
            throw new MalformedMediaException("no JSON: " + e.getMessage());
        }
        if (root.path("version").asInt() != VERSION) {
            throw new MalformedMediaException("not of version " + VERSION);
        }
        List<Keyframe> keyframes = new ArrayList<>();
        for (JsonNode node : root.path("keyframes")) {
            keyframes.add(new Keyframe(
                    node.path("track").asText(),
                    node.path("ptsMicros").asLong(),
                    node.path("offset").asLong(),
                    node.path("size").asInt(),
                    node.path("logOffset").asLong()));
        }
        return new KeyframeIndex(
                root.path("stream").asText(),
                root.path("epoch").asLong(),
                root.path("object").asText(),
                keyframes);
    }
}
