/** The contract of the log: topics, keys, headers, records and their Avro encoding. Immutable values; safe on any thread. */
@NullMarked
package dev.weir.schemas;

import org.jspecify.annotations.NullMarked;
