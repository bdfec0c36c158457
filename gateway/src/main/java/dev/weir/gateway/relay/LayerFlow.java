package dev.weir.gateway.relay;

/**
 * One layer that comes now.
 *
 * @param trackIndex index of its track
 * @param rid simulcast layer, empty without simulcast
 * @param bitrateBps payload bits per second, over about the last second
 * @param framesPerSecond pictures per second, 0 for audio
 * @param widthPx width of the last keyframe, 0 when unknown
 * @param heightPx height of the last keyframe, 0 when unknown
 * @param temporalLayers temporal layers seen, at least 1
 */
public record LayerFlow(
        int trackIndex,
        String rid,
        long bitrateBps,
        double framesPerSecond,
        int widthPx,
        int heightPx,
        int temporalLayers) {}
