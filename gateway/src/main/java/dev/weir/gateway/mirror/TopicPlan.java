package dev.weir.gateway.mirror;

import java.util.Map;

/**
 * What a topic needs to be.
 *
 * @param name its name
 * @param partitions partitions when it has to be created
 * @param replicationFactor replicas when it has to be created, -1 = the brokers' default
 * @param settings topic settings when it has to be created
 */
record TopicPlan(String name, int partitions, int replicationFactor, Map<String, String> settings) {
    TopicPlan {
        settings = Map.copyOf(settings);
    }
}
