/** Undertow handlers: WHIP, WHEP, streams, statistics, health, pages. */
@NullMarked
package dev.weir.gateway.http;

import org.jspecify.annotations.NullMarked;
