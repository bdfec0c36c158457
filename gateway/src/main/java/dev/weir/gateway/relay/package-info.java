/** The in-memory relay: streams, packets, subscribers, the join buffer. */
@NullMarked
package dev.weir.gateway.relay;

import org.jspecify.annotations.NullMarked;
