/**
 * What {@code weir demo} does: starts gateway, Kafka and Connect in order, publishes the bundled stream, and counts what came
 * out at each end. Blocking; one thread drives it.
 */
@NullMarked
package dev.weir.standalone.demo;

import org.jspecify.annotations.NullMarked;
