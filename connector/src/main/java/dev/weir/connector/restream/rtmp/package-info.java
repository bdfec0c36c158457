/** RTMP and Enhanced RTMP, publishing side. */
@NullMarked
package dev.weir.connector.restream.rtmp;

import org.jspecify.annotations.NullMarked;
