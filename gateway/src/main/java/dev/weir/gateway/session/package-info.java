/** One WHIP or WHEP resource, its transport and its life. */
@NullMarked
package dev.weir.gateway.session;

import org.jspecify.annotations.NullMarked;
