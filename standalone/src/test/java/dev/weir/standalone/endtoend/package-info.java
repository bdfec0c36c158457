/** Real clients against the real product: Chromium, libwebrtc, FFmpeg and hls.js, each a process of its own. */
@NullMarked
package dev.weir.standalone.endtoend;

import org.jspecify.annotations.NullMarked;
