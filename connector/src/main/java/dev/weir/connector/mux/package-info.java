/** Fragmented MP4, WebM, HLS playlists. */
@NullMarked
package dev.weir.connector.mux;

import org.jspecify.annotations.NullMarked;
