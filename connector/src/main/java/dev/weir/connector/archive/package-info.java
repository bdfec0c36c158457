/** Segmenter, manifest, offset ledger. */
@NullMarked
package dev.weir.connector.archive;

import org.jspecify.annotations.NullMarked;
