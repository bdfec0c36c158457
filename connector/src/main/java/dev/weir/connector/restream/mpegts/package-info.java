/** MPEG-TS over SRT and UDP, by a child FFmpeg. */
@NullMarked
package dev.weir.connector.restream.mpegts;

import org.jspecify.annotations.NullMarked;
