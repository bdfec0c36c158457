/** Tests of tokens and limits alone. */
@NullMarked
package dev.weir.gateway.access;

import org.jspecify.annotations.NullMarked;
