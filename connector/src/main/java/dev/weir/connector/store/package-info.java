/** Object stores: S3 and local folder. */
@NullMarked
package dev.weir.connector.store;

import org.jspecify.annotations.NullMarked;
