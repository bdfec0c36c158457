/**
 * The bundled test stream: H264 access units and Opus packets, read once into memory. Immutable, any thread. Annex B (ITU-T
 * H.264), Ogg (RFC 3533, RFC 7845).
 */
@NullMarked
package dev.weir.standalone.clip;

import org.jspecify.annotations.NullMarked;
