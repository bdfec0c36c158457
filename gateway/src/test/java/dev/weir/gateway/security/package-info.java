/** Threats, each shown to be met against a running gateway. */
@NullMarked
package dev.weir.gateway.security;

import org.jspecify.annotations.NullMarked;
