/** Targets that take RTP packets as the publisher sent them: RTP, RTSP, WHIP. */
@NullMarked
package dev.weir.connector.restream.packet;

import org.jspecify.annotations.NullMarked;
