/**
 * Facts about the media without the media: frames, statistics, the catalogue of streams, the life of sessions, as the
 * records of the metadata topics. Bytes and time in, records out; no Kafka and no thread of its own.
 */
@NullMarked
package dev.weir.gateway.facts;

import org.jspecify.annotations.NullMarked;
