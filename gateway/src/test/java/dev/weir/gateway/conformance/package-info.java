/** The rows of the conformance list, each as a test of its own, and the report of them. */
@NullMarked
package dev.weir.gateway.conformance;

import org.jspecify.annotations.NullMarked;
