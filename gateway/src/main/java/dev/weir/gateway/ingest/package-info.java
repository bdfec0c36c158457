/** The publisher's side: unwrapping, loss detection, NACK, PLI, feedback and receiver reports, into the relay. */
@NullMarked
package dev.weir.gateway.ingest;

import org.jspecify.annotations.NullMarked;
