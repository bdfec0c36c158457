/** Puts the copies of the log that an archive holds back into Kafka, for {@code weir archive restore}. */
@NullMarked
package dev.weir.standalone.restore;

import org.jspecify.annotations.NullMarked;
