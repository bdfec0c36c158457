/** Child processes: FFmpeg, fed by a pipe. */
@NullMarked
package dev.weir.connector.restream.child;

import org.jspecify.annotations.NullMarked;
