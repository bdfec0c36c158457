/** Who may do what, and how often: tokens, JWT, an external hook, grants, rates, trusted proxies. */
@NullMarked
package dev.weir.gateway.access;

import org.jspecify.annotations.NullMarked;
