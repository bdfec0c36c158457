/** Real clients against the real product: browsers, libwebrtc, FFmpeg, GStreamer, libdatachannel and hls.js, each a process of its own. */
@NullMarked
package dev.weir.standalone.endtoend;

import org.jspecify.annotations.NullMarked;
