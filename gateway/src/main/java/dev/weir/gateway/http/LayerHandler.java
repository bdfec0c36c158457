package dev.weir.gateway.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.gateway.egress.LayerChoice;
import dev.weir.gateway.session.Sessions;
import io.undertow.server.HttpServerExchange;

/** Lets a viewer choose the layer that it is shown (the WHEP layer extension). DELETE undoes it, as one client expects. */
final class LayerHandler {
    static final String RELATION = "urn:ietf:params:whep:ext:core:layer";

    private static final int MAX_CHOICE_BYTES = 4_096;

    private final Sessions sessions;

    LayerHandler(Sessions sessions) {
        this.sessions = sessions;
    }

    void post(HttpServerExchange exchange, String session) {
        String type = MediaType.of(exchange);
        if (!type.equals(MediaType.JSON)) {
            Problem.sendWrongType(exchange, type, MediaType.JSON);
            return;
        }
        Body.receive(exchange, MAX_CHOICE_BYTES, (received, text) -> choose(received, session, text));
    }

    private void choose(HttpServerExchange exchange, String session, String text) {
        JsonNode wish;
        LayerChoice choice;
        try {
            wish = Json.read(text);
            choice = choice(wish);
        } catch (JsonProcessingException e) {
            Problem.BAD_LAYER_CHOICE.send(exchange, "The body is not JSON: " + e.getOriginalMessage());
            return;
        } catch (IllegalArgumentException e) {
            Problem.BAD_LAYER_CHOICE.send(exchange, String.valueOf(e.getMessage()));
            return;
        }
        apply(exchange, session, wish.path("mediaId").asText(""), choice);
    }

    private static LayerChoice choice(JsonNode wish) {
        if (!wish.isObject()) {
            throw new IllegalArgumentException("The body must be a JSON object.");
        }
        int maxHeight = number(wish, "maxHeight", 0);
        return new LayerChoice(
                wish.path("rid").asText(""),
                number(wish, "spatialLayerId", -1),
                number(wish, "temporalLayerId", -1),
                number(wish, "maxSpatialLayerId", -1),
                number(wish, "maxTemporalLayerId", -1),
                number(wish, "maxWidth", 0),
                // The draft's own spelling of height elsewhere; clients copy it.
                maxHeight == 0 ? number(wish, "maxHeigth", 0) : maxHeight);
    }

    private static int number(JsonNode wish, String name, int absent) {
        JsonNode value = wish.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return absent;
        }
        if (!value.canConvertToInt() || value.intValue() < 0 || !value.isIntegralNumber()) {
            throw new IllegalArgumentException(name + " must be a whole number from 0.");
        }
        return value.intValue();
    }

    /** Returns to the layer that the gateway chooses. On a worker. */
    void delete(HttpServerExchange exchange, String session) {
        apply(exchange, session, "", LayerChoice.AUTO);
    }

    private void apply(HttpServerExchange exchange, String session, String line, LayerChoice choice) {
        switch (sessions.chooseLayer(session, line, choice, Callers.of(exchange))) {
            case CHOSEN -> Empty.send(exchange, 200);
            case NO_SUCH_LINE ->
                Problem.NO_SUCH_LAYER.send(exchange, "mediaId must be the index of a video m-line that was accepted.");
            case NO_SUCH_LAYER -> Problem.NO_SUCH_LAYER.send(exchange, "The publisher sends no layer of this rid.");
            case NO_SUCH_SESSION ->
                Problem.NO_SUCH_SESSION.send(exchange, "There is no such viewer's session. It may have ended.");
        }
    }
}
