/** The embedded default: gateway, one-node Kafka and Connect worker in one command. */
@NullMarked
package dev.weir.standalone;

import org.jspecify.annotations.NullMarked;
