package dev.weir.gateway.relay;

/**
 * One simulcast layer of a track, as it comes now.
 *
 * @param rid its name in the publisher's offer
 * @param bitrateBps payload bits per second over about the last second, 0 = it does not come
 * @param widthPx picture width of the last keyframe, 0 = not known
 * @param heightPx picture height of the last keyframe, 0 = not known
 */
public record LayerStats(String rid, long bitrateBps, int widthPx, int heightPx) {}
