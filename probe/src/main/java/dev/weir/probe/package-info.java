/** A libwebrtc client in a process of its own. */
@NullMarked
package dev.weir.probe;

import org.jspecify.annotations.NullMarked;
