/** What the tests of frames and containers share: FFmpeg, real encoded streams, their RTP packets, their log. */
@NullMarked
package dev.weir.connector.media;

import org.jspecify.annotations.NullMarked;
