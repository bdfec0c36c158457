#!/bin/sh
# Creates the topics of the media log on the broker at $BOOTSTRAP, those that exist stay as they are.
set -eu

create() {
  name=$1
  shift
  /opt/kafka/bin/kafka-topics.sh --bootstrap-server "$BOOTSTRAP" --create --if-not-exists --topic "$name" "$@"
}

create weir.media.v1 --partitions 6 --config retention.ms=86400000 --config compression.type=producer
create weir.frames.v1 --partitions 6 --config retention.ms=86400000
create weir.sessions.v1 --partitions 1 --config retention.ms=604800000
create weir.stats.v1 --partitions 1 --config retention.ms=604800000
create weir.streams.v1 --partitions 1 --config cleanup.policy=compact
create weir.archive.v1 --partitions 1 --config retention.ms=-1
create weir.restream.v1 --partitions 1 --config cleanup.policy=compact,delete --config retention.ms=86400000
