/** A standalone Connect worker in a JVM of its own, with the archive sink as its plugin. */
@NullMarked
package dev.weir.standalone.worker;

import org.jspecify.annotations.NullMarked;
