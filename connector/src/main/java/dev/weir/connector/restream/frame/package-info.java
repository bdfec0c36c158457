/** From the log to whole frames in the order, time and codecs that a container or RTMP wants. */
@NullMarked
package dev.weir.connector.restream.frame;

import org.jspecify.annotations.NullMarked;
