/** The viewer's side: rewriting, retransmission, sender reports. */
@NullMarked
package dev.weir.gateway.egress;

import org.jspecify.annotations.NullMarked;
