/** A one-node Kafka (KRaft) in a JVM of its own, and the topics of the media log. */
@NullMarked
package dev.weir.standalone.broker;

import org.jspecify.annotations.NullMarked;
