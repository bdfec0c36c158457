/** What known WHIP and WHEP clients send and demand, against the running gateway over HTTP. */
@NullMarked
package dev.weir.gateway.clients;

import org.jspecify.annotations.NullMarked;
