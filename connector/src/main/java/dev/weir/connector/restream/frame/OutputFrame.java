package dev.weir.connector.restream.frame;

import java.nio.ByteBuffer;

/**
 * A frame as a target gets it.
 *
 * @param video whether it is of the video track
 * @param ptsMicros when it is shown, on the connection's time line, which starts near 0
 * @param durationMicros how long it lasts, as far as the log tells
 * @param keyframe whether a decoder can start here
 * @param data as MP4 stores it; read-only
 */
public record OutputFrame(boolean video, long ptsMicros, long durationMicros, boolean keyframe, ByteBuffer data) {}
