/** The gateway's composition root: builds, starts and stops everything in order. */
@NullMarked
package dev.weir.gateway;

import org.jspecify.annotations.NullMarked;
