/** Publishes a logged stream again, by WHIP and with its original timing, for {@code weir replay}. */
@NullMarked
package dev.weir.standalone.replay;

import org.jspecify.annotations.NullMarked;
