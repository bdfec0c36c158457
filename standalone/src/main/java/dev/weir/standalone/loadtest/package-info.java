/**
 * Loads a WHIP/WHEP server, ours or another, and measures it from outside: publishers with a synthetic stream, viewers, joins,
 * losses, one-way latency, CPU of a process. Publishers and viewers share this process and so a clock.
 */
@NullMarked
package dev.weir.standalone.loadtest;

import org.jspecify.annotations.NullMarked;
