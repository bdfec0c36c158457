/** Writes files straight from the media log: playable ones and packet captures, for {@code weir export}. */
@NullMarked
package dev.weir.standalone.export;

import org.jspecify.annotations.NullMarked;
