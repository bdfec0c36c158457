package dev.weir.gateway.relay;

import java.util.List;

/**
 * One simulcast layer of a track, or the track without simulcast, as it comes now.
 *
 * @param rid its name in the publisher's offer, empty without simulcast
 * @param bitrateBps payload bits per second over about the last second, 0 = it does not come
 * @param temporalBps the same up to each temporal layer, one number without such layers
 * @param widthPx picture width of the last keyframe, 0 = not known
 * @param heightPx picture height of the last keyframe, 0 = not known
 */
public record LayerStats(String rid, long bitrateBps, List<Long> temporalBps, int widthPx, int heightPx) {
    public LayerStats {
        temporalBps = List.copyOf(temporalBps);
    }
}
