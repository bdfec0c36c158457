package dev.weir.gateway.session;

import java.util.Map;

/**
 * One thing that a viewer is told.
 *
 * @param data members of the JSON object: texts, numbers, and lists and maps of them
 */
public record ViewerEvent(EventType type, Map<String, Object> data) {
    public ViewerEvent {
        data = Map.copyOf(data);
    }
}
