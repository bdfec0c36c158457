/** Builds what a URL asks for. */
@NullMarked
package dev.weir.connector.restream.target;

import org.jspecify.annotations.NullMarked;
