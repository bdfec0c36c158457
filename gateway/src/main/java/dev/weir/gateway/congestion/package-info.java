/** What the path to one receiver carries, from its feedback: delay, loss, probes. Time and feedback in, bits per second out. */
@NullMarked
package dev.weir.gateway.congestion;

import org.jspecify.annotations.NullMarked;
