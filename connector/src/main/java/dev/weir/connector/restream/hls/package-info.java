/** HLS by HTTP PUT. */
@NullMarked
package dev.weir.connector.restream.hls;

import org.jspecify.annotations.NullMarked;
