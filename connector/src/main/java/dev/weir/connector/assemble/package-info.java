/** From the log's packets to frames in media time: reorder, gap policy, clocks, synchronisation. */
@NullMarked
package dev.weir.connector.assemble;

import org.jspecify.annotations.NullMarked;
