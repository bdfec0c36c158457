/** A bad network by a seed, for tests and trials: the model, and what carries real datagrams through it. */
@NullMarked
package dev.weir.webrtc.impair;

import org.jspecify.annotations.NullMarked;
