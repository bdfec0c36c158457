/** The Connect plugin's classes: life-cycle delegation only. */
@NullMarked
package dev.weir.connector;

import org.jspecify.annotations.NullMarked;
