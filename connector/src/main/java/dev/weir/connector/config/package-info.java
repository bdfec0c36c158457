/** ConfigDefs and the typed records built from them. */
@NullMarked
package dev.weir.connector.config;

import org.jspecify.annotations.NullMarked;
