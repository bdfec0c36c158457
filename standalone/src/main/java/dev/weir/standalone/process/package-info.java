/** The JVMs and the data folder of one running Weir: children that end with their parent, locks, ports. Blocking; called from the thread that starts and stops the product. */
@NullMarked
package dev.weir.standalone.process;

import org.jspecify.annotations.NullMarked;
