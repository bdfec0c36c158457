/** The meters: name, unit, meaning. */
@NullMarked
package dev.weir.gateway.metrics;

import org.jspecify.annotations.NullMarked;
