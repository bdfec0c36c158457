/** Reads the media log as an ordinary consumer does: for {@code weir log} and for the demo's count of what is in Kafka. */
@NullMarked
package dev.weir.standalone.journal;

import org.jspecify.annotations.NullMarked;
