/** Certificates and keys of the HTTP side: read from files, read again when they change, or made for development. */
@NullMarked
package dev.weir.gateway.tls;

import org.jspecify.annotations.NullMarked;
