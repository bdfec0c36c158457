package dev.weir.gateway.mirror;

/**
 * A record on its way to a metadata topic.
 *
 * @param topic where it goes
 * @param key its key
 * @param partition of the media log, which the topic follows; -1 = by the key
 * @param atMicros its time
 * @param keyframe whether it tells of a keyframe
 * @param value what it says
 */
record MetadataRecord(MetadataTopic topic, String key, int partition, long atMicros, boolean keyframe, Record value) {}
