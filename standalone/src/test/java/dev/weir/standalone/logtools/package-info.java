@NullMarked
package dev.weir.standalone.logtools;

import org.jspecify.annotations.NullMarked;
