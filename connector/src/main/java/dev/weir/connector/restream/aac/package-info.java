/** One encoder of AAC per stream and worker, however many targets want it. */
@NullMarked
package dev.weir.connector.restream.aac;

import org.jspecify.annotations.NullMarked;
