/** Configuration: one YAML file, environment and flags, each value with its origin, into the small settings records that each package declares. */
@NullMarked
package dev.weir.gateway.config;

import org.jspecify.annotations.NullMarked;
