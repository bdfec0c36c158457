/** Tests of certificates and keys. */
@NullMarked
package dev.weir.gateway.tls;

import org.jspecify.annotations.NullMarked;
