/** Push targets, each with its own bounded queue. */
@NullMarked
package dev.weir.connector.restream;

import org.jspecify.annotations.NullMarked;
