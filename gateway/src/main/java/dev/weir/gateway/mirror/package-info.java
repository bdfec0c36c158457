/** A subscriber like any other: bounded queue, Avro, Kafka. */
@NullMarked
package dev.weir.gateway.mirror;

import org.jspecify.annotations.NullMarked;
